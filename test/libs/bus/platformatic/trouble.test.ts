import { GenericError, MultipleErrors, NetworkError, ProtocolError, UnsupportedCompressionError } from '@platformatic/kafka'
import type { KafkaEvent } from '#bus/kafka/events'
import { troubleOf } from '#bus/platformatic/trouble'
import { VirtualClock } from '#service/virtualClock'

/** What is reported of these errors, one after the other. */
const inTurn = async (errors: readonly unknown[], pauseMs: number) => {
  const clock = new VirtualClock(0)
  const events: KafkaEvent[] = []
  const trouble = troubleOf(clock, (event) => void events.push(event), { topic: 'receipts', group: 'g' })
  for (const error of errors) {
    trouble(error)
    await clock.advance(pauseMs)
  }
  return events.map((event) => ('rebuilt' in event ? `${event.kind} ${event.rebuilt}` : event.kind))
}

describe('trouble with fetching', () => {
  const down = new MultipleErrors('fetch failed 2 times.', [
    new NetworkError('Connection failed'),
    new ProtocolError('NOT_LEADER_OR_FOLLOWER'),
  ])
  const broken = new MultipleErrors('fetch failed 2 times.', [new RangeError('outside of the buffer')])

  it('is said now and then while brokers are gone, and never ends the process', async () => {
    expect(
      await inTurn(
        Array.from({ length: 100 }, () => down),
        200,
      ),
    ).toEqual(Array(4).fill('client'))
  })

  it('ends the process the third time that something cannot be read, and is silent then', async () => {
    const errors = [broken, new UnsupportedCompressionError('snappy'), broken, broken, down]
    expect(await inTurn(errors, 1000)).toEqual(['crash true', 'crash true', 'crash false', 'fatal'])
  })

  it('does not end the process when it happens seldom', async () => {
    expect(await inTurn([broken, broken, broken], 200_000)).toEqual(['crash true', 'crash true', 'crash true'])
    expect(GenericError.isGenericError(down as never)).toBe(true)
  })
})
