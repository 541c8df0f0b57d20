import type { Batch, Bus, OutRecord } from '#bus/bus'
import { partitionOf } from '#domain/partitionOf'
import type { Kept } from '#bus/retention'
import { VirtualClock } from '#service/virtualClock'
import { until } from './until'

/** What every adapter of the bus has to keep. `restart` closes the bus and opens it on the same data (memory: goes on with the same one). */
export interface Rig {
  readonly bus: Bus
  readonly clock: VirtualClock
  restart(): Promise<Bus>
  end(): Promise<void>
}

export type MakeRig = (kept: ReadonlyMap<string, Kept>) => Rig | Promise<Rig>

/** A broker of its own drops and compacts by its own clock, in its own time: that is tested beside this suite. */
export interface Differences {
  readonly keptByBroker?: boolean
}

const hours = 3_600_000
const kept = new Map<string, Kept>([
  ['riders', { compacted: true }],
  ['lines', { compacted: true }],
  ['observations', { hours: 1, maxBytes: 10_000 }],
  ['receipts', { hours: 168 }],
])

/** Two operators whose records fall into different partitions. */
const here = 'lindenau'
const there = ['seebach', 'rosental', 'auental'].find((name) => partitionOf(name, 8) !== partitionOf(here, 8)) as string
const hereIs = partitionOf(here, 8)
const thereIs = partitionOf(there, 8)

const text = (value: string, partitionBy = here): OutRecord => ({ partitionBy, value: Buffer.from(value) })
const keyed = (key: string, value: string | null): OutRecord => ({
  partitionBy: here,
  key,
  value: value === null ? null : Buffer.from(value),
})
const textsOf = (batch: Batch) => batch.records.map((r) => (r.value === null ? `${r.key} erased` : Buffer.from(r.value).toString()))

/** A handler that collects, and does what `step` says with each batch first. */
function collector(step: (batch: Batch) => Promise<void> | void = () => {}) {
  const texts: string[] = []
  const batches: Batch[] = []
  const handle = async (batch: Batch) => {
    await step(batch)
    batches.push(batch)
    texts.push(...textsOf(batch))
  }
  return { texts, batches, handle }
}

export function busContract(name: string, make: MakeRig, { keptByBroker = false }: Differences = {}): void {
  const itKeeps = keptByBroker ? it.skip : it
  describe(`the bus (${name})`, () => {
    let rig: Rig
    let bus: Bus
    const eventually = (condition: () => boolean | Promise<boolean>, stepMs = 20) => until(condition, () => rig.clock.advance(stepMs))
    const minute = 60_000

    beforeEach(async () => {
      rig = await make(kept)
      bus = rig.bus
    })
    afterEach(() => rig.end())

    it('keeps the records of a call together and in order, and answers in their order', async () => {
      const calls = Array.from({ length: 20 }, (_, call) =>
        Array.from({ length: 30 }, (_, i) => text(`${call}/${i}`, i % 3 ? here : there)),
      )
      const answers = await Promise.all(calls.map((records) => bus.append('receipts', records)))
      const seen = new Map<string, bigint>()
      await bus.consume('receipts', 'g', async (batch) => {
        for (const [i, value] of textsOf(batch).entries()) seen.set(value, batch.records[i]?.position as bigint)
      })
      await eventually(() => seen.size === 600)
      answers.forEach((positions, call) => {
        positions.forEach((p, i) => expect(seen.get(`${call}/${i}`)).toBe(p.position))
        const ofHere = positions.filter((p) => p.partition === hereIs).map((p) => p.position)
        expect(ofHere).toEqual(ofHere.map((_, i) => (ofHere[0] as bigint) + BigInt(i)))
      })
    })

    it('takes the bytes at the call', async () => {
      const value = Buffer.from('before')
      const appended = bus.append('receipts', [{ partitionBy: here, value }])
      value.write('after!')
      await appended
      const { texts, handle } = collector()
      await bus.consume('receipts', 'g', handle)
      await eventually(() => texts.length === 1)
      expect(texts).toEqual(['before'])
    })

    it('wakes consumers at once, without time passing, and stamps the append', async () => {
      const { texts, batches, handle } = collector()
      await bus.consume('receipts', 'g', handle)
      await bus.append('receipts', [text('a')])
      const at = rig.clock.now()
      await until(
        () => texts.length === 1,
        () => rig.clock.advance(0),
      )
      expect(rig.clock.now()).toBe(at)
      expect(batches[0]?.records[0]?.appendedAt).toBe(at)
    })

    it('gives batches of at most 500 records, and of bounded bytes', async () => {
      await bus.append(
        'receipts',
        Array.from({ length: 1200 }, (_, i) => text(`${i}`)),
      )
      const large = Array.from({ length: 5 }, () => ({ partitionBy: there, value: Buffer.alloc(2_000_000) }))
      await bus.append('receipts', [...large, { partitionBy: there, value: Buffer.alloc(6_000_000) }])
      const sizes: number[] = []
      const bytes: number[] = []
      await bus.consume('receipts', 'g', async ({ partition, records }) => {
        if (partition === hereIs) sizes.push(records.length)
        else bytes.push(records.reduce((sum, r) => sum + (r.value?.length ?? 0), 0))
      })
      await eventually(() => sizes.length === 3 && bytes.reduce((a, b) => a + b, 0) === 16_000_000)
      expect(sizes).toEqual([500, 500, 200])
      expect(bytes).toEqual([6_000_000, 4_000_000, 6_000_000])
    })

    it('gives every group all records, and each of them to one member; who is left takes over', async () => {
      const other = collector()
      const first = collector()
      const second = collector()
      await bus.consume('receipts', 'other', other.handle)
      const one = await bus.consume('receipts', 'g', first.handle)
      const two = await bus.consume('receipts', 'g', second.handle)
      await eventually(() => [...one.owned(), ...two.owned()].sort().join() === '0,1,2,3,4,5,6,7')
      const sent = Array.from({ length: 60 }, (_, i) => `r${i}`)
      await bus.append(
        'receipts',
        sent.map((value) => text(value, value)),
      )
      await eventually(() => first.texts.length + second.texts.length >= 60 && other.texts.length >= 60)
      expect([...first.texts, ...second.texts].sort()).toEqual([...sent].sort())
      expect([...other.texts].sort()).toEqual([...sent].sort())
      expect(first.texts.length * second.texts.length).toBeGreaterThan(0)
      await one.stop()
      await eventually(() => two.owned().length === 8)
      await bus.append(
        'receipts',
        sent.map((value) => text(`${value}+`, value)),
      )
      await eventually(() => first.texts.length + second.texts.length >= 120)
      expect([...first.texts, ...second.texts].filter((t) => t.endsWith('+'))).toHaveLength(60)
      expect(first.texts.some((t) => t.endsWith('+'))).toBe(false)
    })

    it('tells each member what it owns: all, then their shares, all again when the other is gone, and nothing after its stop', async () => {
      const all = [0, 1, 2, 3, 4, 5, 6, 7]
      const told: (readonly number[])[][] = [[], []]
      const last = (member: number) => told[member]?.at(-1) ?? []
      const join = (member: number) => bus.consume('receipts', 'g', async () => {}, (partitions) => void told[member]?.push(partitions)) // prettier-ignore
      const one = await join(0)
      expect(last(0)).toEqual(all)
      const two = await join(1)
      await eventually(() => last(0).length === 4 && last(1).length === 4)
      expect([...last(0), ...last(1)].sort()).toEqual(all)
      await one.stop()
      expect(last(0)).toEqual([])
      const before = told[0]?.length
      await eventually(() => last(1).length === 8)
      await two.stop()
      expect(last(1)).toEqual([])
      await bus.append('receipts', [text('after')])
      await rig.clock.advance(20_000)
      expect(told.map((member) => member.at(-1))).toEqual([[], []])
      expect(told[0]?.length).toBe(before)
    })

    it('never runs two batches of a partition at once, and does not make another partition wait', async () => {
      const gate = Promise.withResolvers<void>()
      const { texts, handle } = collector((batch) => (batch.partition === hereIs ? gate.promise : undefined))
      await bus.consume('receipts', 'g', handle)
      await bus.append('receipts', [text('slow')])
      await bus.append('receipts', [text('behind'), text('elsewhere', there)])
      await eventually(() => texts.length > 0)
      expect(texts).toEqual(['elsewhere'])
      gate.resolve()
      await eventually(() => texts.length === 3)
      expect(texts).toEqual(['elsewhere', 'slow', 'behind'])
    })

    it('gives a rejected batch again, the same one, after a growing pause, and nothing behind it before', async () => {
      const tries: { at: number; texts: string[] }[] = []
      const start = rig.clock.now()
      await bus.append('receipts', [text('a'), text('b')])
      await bus.consume('receipts', 'g', async (batch) => {
        tries.push({ at: rig.clock.now() - start, texts: textsOf(batch) })
        if (tries.length < 5) throw new Error('the store is down')
      })
      await until(
        () => tries.length === 1,
        () => rig.clock.advance(0),
      )
      await bus.append('receipts', [text('c')])
      await eventually(() => tries.length === 6)
      expect(tries.map((t) => t.texts)).toEqual([...Array.from({ length: 5 }, () => ['a', 'b']), ['c']])
      expect(tries.slice(0, 5).map((t) => t.at)).toEqual([0, 100, 300, 700, 1500])
    })

    it('goes on from the committed position after a stop, and after a restart', async () => {
      const before = collector()
      const consumer = await bus.consume('receipts', 'g', before.handle)
      await bus.append('receipts', [text('a'), text('b', there)])
      await eventually(() => before.texts.length === 2)
      await consumer.stop()
      await bus.append('receipts', [text('c')])
      bus = await rig.restart()
      expect([...(await bus.committed('receipts', 'g')).keys()].sort()).toEqual([hereIs, thereIs].sort())
      const after = collector()
      await bus.consume('receipts', 'g', after.handle)
      const positions = await bus.append('receipts', [text('d')])
      await eventually(() => after.texts.length === 2)
      expect(after.texts).toEqual(['c', 'd'])
      await eventually(async () => (await bus.committed('receipts', 'g')).get(hereIs) === positions[0]?.position)
    })

    it('waits at stop for the running batch and commits it; an unfinished one comes again', async () => {
      const gate = Promise.withResolvers<void>()
      const started = Promise.withResolvers<void>()
      const { texts, handle } = collector((batch) => {
        if (batch.partition === thereIs) throw new Error('the store is down')
        started.resolve()
        return gate.promise
      })
      const consumer = await bus.consume('receipts', 'g', handle)
      await bus.append('receipts', [text('a'), text('x', there)])
      await started.promise
      const stopped = consumer.stop()
      await bus.append('receipts', [text('b')])
      gate.resolve()
      await stopped
      expect(texts).toEqual(['a'])
      const after = collector()
      await bus.consume('receipts', 'g', after.handle)
      await eventually(() => after.texts.length === 2)
      expect(after.texts.sort()).toEqual(['b', 'x'])
    })

    it('lets every follower read from the start and then live', async () => {
      await bus.append('lines', [keyed('1', 'one'), keyed('2', 'two')])
      const first = collector()
      const second = collector()
      const follower = await bus.follow('lines', first.handle)
      await follower.caughtUp()
      expect(first.texts).toEqual(['one', 'two'])
      await bus.append('lines', [keyed('1', 'uno')])
      await (await bus.follow('lines', second.handle)).caughtUp()
      await eventually(() => first.texts.length === 3 && second.texts.length === 3)
      expect(first.texts).toEqual(['one', 'two', 'uno'])
      expect(second.texts).toEqual(first.texts)
      await follower.stop()
      await bus.append('lines', [keyed('3', 'three')])
      await eventually(() => second.texts.length === 4)
      expect(first.texts).toHaveLength(3)
    })

    const followed = async () => {
      const { texts, handle } = collector()
      const follower = await bus.follow('lines', handle)
      await follower.caughtUp()
      await follower.stop()
      return texts
    }

    itKeeps('compacts to the newest of each key, and tells of erasure for a day and until every group knows', async () => {
      await bus.append('lines', [keyed('1', 'old'), keyed('2', 'stays'), keyed('1', 'new'), keyed('3', 'gone')])
      await bus.append('lines', [keyed('3', null)])
      await rig.clock.advance(61_000)
      await eventually(async () => (await followed()).length < 5, minute)
      expect(await followed()).toEqual(['stays', 'new', '3 erased'])
      await bus.append('lines', [keyed('1', 'newest')])
      bus = await rig.restart()
      await rig.clock.advance(25 * hours)
      await eventually(async () => (await followed()).length === 2, minute)
      expect(await followed()).toEqual(['stays', 'newest'])
    })

    itKeeps('keeps a tombstone for a group that is behind', async () => {
      await bus.append('lines', [keyed('1', 'value')])
      const { texts, handle } = collector()
      const consumer = await bus.consume('lines', 'g', handle)
      await eventually(() => texts.length === 1)
      await consumer.stop()
      bus = await rig.restart()
      await bus.append('lines', [keyed('1', null)])
      await rig.clock.advance(26 * hours)
      await eventually(async () => (await followed()).length === 1, minute)
      const late = collector()
      await bus.consume('lines', 'g', late.handle)
      await eventually(() => late.texts.length > 0)
      expect(late.texts).toEqual(['1 erased'])
    })

    itKeeps('drops records after their hours and above their bytes, and never gives a position twice', async () => {
      const append = (...values: string[]) =>
        bus.append(
          'observations',
          values.map((value) => text(value)),
        )
      const remaining = async () => {
        const { texts, handle } = collector()
        const follower = await bus.follow('observations', handle)
        await follower.caughtUp()
        await follower.stop()
        return texts.map((t) => t.trim())
      }
      await append('old')
      await rig.clock.advance(50 * 60_000)
      const [last] = await append('recent')
      await rig.clock.advance(12 * 60_000)
      await eventually(async () => (await remaining()).length === 1, minute)
      expect(await remaining()).toEqual(['recent'])
      await rig.clock.advance(2 * hours)
      await eventually(async () => (await remaining()).length === 0, minute)
      bus = await rig.restart()
      const [next] = await append('1'.padEnd(6000))
      expect(next?.position).toBeGreaterThan(last?.position as bigint)
      await append('2'.padEnd(6000), '3'.padEnd(5000))
      await rig.clock.advance(61_000)
      await eventually(async () => (await remaining()).length === 2, minute)
      expect(await remaining()).toEqual(['2', '3'])
    })

    it('refuses a record without a key where nothing could ever replace it', async () => {
      await expect(bus.append('lines', [text('no key')])).rejects.toThrow('needs a key')
    })

    it('refuses everything when closed, and closing waits for the handlers, which may still append', async () => {
      const appended = Promise.withResolvers<void>()
      const started = Promise.withResolvers<void>()
      await bus.consume('receipts', 'g', async () => {
        started.resolve()
        await rig.clock.sleep(0).then(() => bus.append('lines', [keyed('1', 'while closing')]))
        appended.resolve()
      })
      await bus.append('receipts', [text('a')])
      await started.promise
      const closed = bus.close()
      await rig.clock.advance(1)
      await appended.promise
      await closed
      await expect(bus.append('receipts', [text('b')])).rejects.toThrow('closed')
      await expect(bus.consume('receipts', 'g', async () => {})).rejects.toThrow('closed')
      await expect(bus.follow('receipts', async () => {})).rejects.toThrow('closed')
    })
  })
}
