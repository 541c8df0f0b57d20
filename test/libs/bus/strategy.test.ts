import 'reflect-metadata'
import { Controller, type INestMicroservice, Module, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Bus } from '#bus/bus'
import { Consume, Owns } from '#bus/consume'
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
let owned: (readonly number[])[] = []
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
class Owners {
  @Consume('marking', receipts)
  mark(): void {}

  @Owns('marking', receipts)
  own(partitions: readonly number[]): void {
    owned.push(partitions)
    if (owned.length === 1) throw new Error('has no room')
  }
}

@Controller()
class OwnsNothing {
  @Consume('marking', disruptions)
  mark(): void {}

  @Owns('marking', receipts)
  own(): void {}
}

@Controller()
class Twice {
  @Consume('marking', receipts)
  mark(): void {}

  @Consume('marking', receipts)
  markToo(): void {}
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
    owned = []
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

  it('tells an owner of its partitions while members come and go, in order, also when it has failed once, and of none at the end', async () => {
    const errors: unknown[] = []
    await start(Owners, { onOwnsError: (error, { topic, group }) => errors.push(topic, group, error) })
    const other = await bus.consume('receipts', 'marking', async () => {})
    await other.stop()
    await app?.close()
    app = undefined
    const all = [0, 1, 2, 3, 4, 5, 6, 7]
    expect(owned).toEqual([all, [0, 2, 4, 6], all, []])
    expect(errors).toEqual(['receipts', 'marking', expect.objectContaining({ message: 'has no room' })])
  })

  it('does not start with an owner of what nobody consumes, nor with two handlers of the same', async () => {
    await expect(start(OwnsNothing)).rejects.toThrow('owns marking:receipts')
    await expect(start(Twice)).rejects.toThrow('marking:receipts')
  })

  it('does not start with a handler of an unknown topic', async () => {
    await expect(start(Lost)).rejects.toThrow('marking:no-such-topic')
  })
})
