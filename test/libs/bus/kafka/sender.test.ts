import type { Message, ProducerRecord, RecordMetadata } from 'kafkajs'
import type { KafkaEvent } from '#bus/kafka/events'
import { Sender } from '#bus/kafka/sender'
import { VirtualClock } from '#service/virtualClock'
import { until } from '../until'

/** A broker whose answers the test decides: no real one can be made to leave a partition out of its answer at will. */
function rig(answer: (sent: number) => Promise<RecordMetadata[]>) {
  const clock = new VirtualClock()
  const events: KafkaEvent[] = []
  const sends: ProducerRecord[] = []
  const state = { running: 0, most: 0 }
  const producer = {
    async send(record: ProducerRecord) {
      sends.push(record)
      state.most = Math.max(state.most, ++state.running)
      return answer(sends.length).finally(() => state.running--)
    },
  }
  const sender = new Sender({ producer, clock, report: (event) => void events.push(event) }, 'receipts', 0)
  return { clock, events, sends, state, sender }
}

const message = (value: string): Message => ({ value, partition: 0 })
const written = (baseOffset: number) => [{ topicName: 'receipts', partition: 0, errorCode: 0, baseOffset: `${baseOffset}` }]

describe('the sender of a partition', () => {
  it('sends again what was acknowledged without naming the partition', async () => {
    const { clock, events, sends, sender } = rig(async (sent) =>
      sent < 3 ? [{ topicName: 'receipts', partition: 1, errorCode: 0 }] : written(7),
    )
    const appended = sender.append([message('a')])
    await until(
      () => sends.length === 3,
      () => clock.advance(100),
    )
    expect(await appended).toBe(7n)
    expect(events.map(({ kind }) => kind)).toEqual(['unanswered', 'unanswered'])
  })

  it('has one send under way, and what waits goes together with the next, each call with its own offset', async () => {
    const gate = Promise.withResolvers<void>()
    const { sends, state, sender } = rig((sent) => gate.promise.then(() => written(sent * 10)))
    const first = sender.append([message('a')])
    await until(() => sends.length === 1)
    const rest = ['b', 'c', 'd'].map((value) => sender.append([message(value), message(`${value}2`)]))
    gate.resolve()
    expect(await Promise.all([first, ...rest])).toEqual([10n, 20n, 22n, 24n])
    expect(sends.map(({ messages }) => messages.length)).toEqual([1, 6])
    expect(state.most).toBe(1)
  })

  it('rejects at its deadline while the broker is silent, and never sends what was still waiting', async () => {
    const gate = Promise.withResolvers<void>()
    const { clock, sends, sender } = rig((sent) => gate.promise.then(() => written(sent)))
    const under = sender.append([message('under way')])
    await until(() => sends.length === 1)
    const waiting = sender.append([message('waiting')])
    const both = Promise.allSettled([under, waiting])
    await clock.advance(30_000)
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    const later = sender.append([message('later')])
    gate.resolve()
    await later
    expect(sends.flatMap(({ messages }) => messages.map(({ value }) => value))).toEqual(['under way', 'later'])
  })
})
