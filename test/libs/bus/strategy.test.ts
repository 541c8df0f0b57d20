import 'reflect-metadata'
import { Controller, type INestMicroservice, Module, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Bus } from '#bus/bus'
import { Consume } from '#bus/consume'
import { memoryBus } from '#bus/memory'
import { BusStrategy, type StrategyHooks } from '#bus/strategy'
import { type Quarantined, type Topic, disruptions, quarantine, receipts } from '#bus/topics'
import { type Received, erase, followTopic, publish } from '#bus/typed'
import type { Disruption } from '#domain/disruption'
import type { Receipt } from '#domain/receipt'
import { VirtualClock } from '#service/virtualClock'
import { disruption } from './samples'
import { until } from './until'

const receipt = (slot: number): Receipt => ({
  operator: 'lindenau',
  disruption: 'd1',
  channel: 'TELEGRAM',
  cohort: 0,
  slot,
  kind: 'READ',
  at: 1_760_000_000,
})

let handled: number[][] = []
let erased: (string | undefined)[] = []
let disturb: (slot: number) => void = () => {}

@Controller()
class Handlers {
  @Consume('marking', receipts)
  async mark(records: Received<Receipt>[]): Promise<void> {
    const slots = records.map((r) => r.value?.slot ?? -1)
    for (const slot of slots) disturb(slot)
    await Promise.resolve()
    handled.push(slots)
  }

  @Consume('erasing', disruptions)
  forget(records: Received<Disruption>[]): void {
    erased.push(...records.filter((r) => r.value === undefined).map((r) => r.key))
  }
}

@Controller()
class Lost {
  @Consume('marking', { ...receipts, name: 'no-such-topic' } as Topic<Receipt>)
  async mark(): Promise<void> {}
}

describe('the Nest strategy', () => {
  const clock = new VirtualClock()
  let bus: Bus
  let app: INestMicroservice | undefined
  const eventually = (condition: () => boolean) => until(condition, () => clock.advance(50))

  beforeEach(() => {
    bus = memoryBus(clock)
    handled = []
    erased = []
    disturb = () => {}
  })
  afterEach(async () => {
    await app?.close()
    app = undefined
    await bus.close()
  })

  async function start(controller: Type, hooks?: StrategyHooks): Promise<void> {
    class Root {}
    Module({ controllers: [controller] })(Root)
    app = await NestFactory.createMicroservice(Root, { strategy: new BusStrategy(bus, hooks), logger: false })
    await app.listen()
  }

  async function putAside(): Promise<Quarantined[]> {
    const found: (Quarantined | undefined)[] = []
    const follower = await followTopic(
      bus,
      quarantine,
      (records) => void found.push(...records.map((r) => r.value)),
      (reason) => expect(reason).toBe(''),
    )
    await follower.caughtUp()
    return found as Quarantined[]
  }

  it('hands decoded batches to the handlers, tombstones too, and commits what they resolved', async () => {
    await publish(bus, receipts, [receipt(1), receipt(2)])
    await publish(bus, disruptions, [disruption])
    await erase(bus, disruptions, disruption)
    await start(Handlers)
    await eventually(() => handled.length === 1 && erased.length === 1)
    expect(handled).toEqual([[1, 2]])
    expect(erased).toEqual([`${disruption.operator}/${disruption.id}`])
    await app?.close()
    app = undefined
    expect([...(await bus.committed('receipts', 'marking')).values()]).toEqual([2n])
  })

  it('quarantines what it cannot decode, with its bytes, and hands over the rest', async () => {
    const seen: string[] = []
    const partitionBy = receipts.partitionBy(receipt(0))
    await publish(bus, receipts, [receipt(1)])
    await bus.append('receipts', [{ partitionBy, key: 'k', value: Buffer.from([0xff, 0xff]) }])
    await publish(bus, receipts, [receipt(2)])
    await start(Handlers, {
      onQuarantine: ({ topic, group, position }, reason) => seen.push(`${topic} ${group} ${position} ${reason !== ''}`),
    })
    await eventually(() => handled.length === 1)
    expect(handled).toEqual([[1, 2]])
    expect(seen).toEqual(['receipts marking 2 true'])
    expect(await putAside()).toEqual([
      expect.objectContaining({
        topic: 'receipts',
        group: 'marking',
        position: 2,
        key: Buffer.from('k'),
        value: Buffer.from([0xff, 0xff]),
      }),
    ])
  })

  it('repeats the batch when a handler says that the store is down, and tells why', async () => {
    const errors: unknown[] = []
    let down = true
    disturb = () => {
      if (down) throw new Error('the store is down')
    }
    await publish(bus, receipts, [receipt(1), receipt(2)])
    await start(Handlers, { onError: (error) => errors.push(error) })
    await eventually(() => errors.length === 2)
    down = false
    await eventually(() => handled.length === 1)
    expect(handled).toEqual([[1, 2]])
    expect(errors[0]).toMatchObject({ message: 'the store is down' })
    expect(await putAside()).toEqual([])
  })

  it('quarantines the one record that its handler stumbles over, and goes on', async () => {
    disturb = (slot) => {
      if (slot === 2) throw new TypeError('slot.of is not a function')
    }
    await publish(bus, receipts, [receipt(1), receipt(2), receipt(3)])
    await start(Handlers)
    await eventually(() => handled.length === 2)
    expect(handled).toEqual([[1], [3]])
    expect(await putAside()).toEqual([expect.objectContaining({ position: 2, reason: 'TypeError: slot.of is not a function' })])
  })

  it('does not start with a handler of an unknown topic', async () => {
    await expect(start(Lost)).rejects.toThrow('marking:no-such-topic')
  })
})
