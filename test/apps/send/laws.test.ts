import fc from 'fast-check'
import type { Outcome } from '#channels/messenger'
import type { Disruption, Revision } from '#domain/disruption'
import { City, type Delivered, disruption, late, rider } from './city'

/** What can happen to a city, in any order. */
type Event =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'revise'; readonly closing: boolean; readonly endsInS: number }
  | { readonly kind: 'crash'; readonly call: number }
  | { readonly kind: 'stop'; readonly rider: number }
  | { readonly kind: 'messenger'; readonly does: Trouble }

type Trouble = 'works' | 'down' | 'flood' | 'accepts and resets' | 'resets' | 'hangs up on some'

const troubles: readonly Trouble[] = ['works', 'down', 'flood', 'accepts and resets', 'resets', 'hangs up on some']
const numbers = [1, 2, 3, 4, 5, 6]
const terminal = /^(SENT|FAILED|EXPIRED|SUPERSEDED|SUPPRESSED)/

const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 90_000 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('revise' as const), closing: fc.boolean(), endsInS: fc.integer({ min: 0, max: 240 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      call: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 14, max: 20 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const), rider: fc.constantFrom(...numbers) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('messenger' as const), does: fc.constantFrom(...troubles) }) },
)

/** What the messenger really took, whatever it answered. */
interface Copy {
  readonly address: string
  readonly revision: number
  readonly atS: number
}

class History {
  readonly copies: Copy[] = []
  /** By rider and revision: answers that never came although it took the message. */
  readonly unanswered = new Map<string, number>()
  crashes = 0
  does: Trouble = 'works'
  readonly stoppedAtS = new Map<string, number>()

  answer = (message: Delivered): Outcome => {
    const revision = (message.facts as { revision: number }).revision
    const trouble = this.does === 'hangs up on some' && Number(message.address) % 2 === 0 ? 'accepts and resets' : this.does
    const taken = trouble === 'works' || trouble === 'accepts and resets' || trouble === 'hangs up on some'
    if (taken) this.copies.push({ address: message.address, revision, atS: message.atMs / 1000 })
    if (trouble === 'down') return { kind: 'retry', reason: 'SERVER_ERROR' }
    if (trouble === 'flood') return { kind: 'frozen', afterMs: 20_000 }
    if (trouble === 'resets') return { kind: 'unknown', reason: 'TIMEOUT' }
    if (trouble === 'accepts and resets') {
      const key = `${message.address}/${revision}`
      this.unanswered.set(key, (this.unanswered.get(key) ?? 0) + 1)
      return { kind: 'unknown', reason: 'UNREACHABLE' }
    }
    return { kind: 'sent' }
  }
}

async function play(script: readonly Event[]): Promise<{ city: City; history: History; last: Disruption }> {
  const city = new City({ concurrency: 2 })
  const history = new History()
  city.telegram.answer = history.answer
  await city.start()
  await city.ride(...numbers.map((n) => rider(n)))
  let d = disruption([late()])
  city.know(d)
  await city.tell(d, numbers)
  for (const event of script) {
    d = await apply(event, city, history, d)
    await heal(city, history)
  }
  history.does = 'works'
  for (let hour = 0; hour < 3; hour++) {
    await city.clock.advance(3_600_000)
    await heal(city, history)
  }
  return { city, history, last: d }
}

async function heal(city: City, history: History): Promise<void> {
  if (!city.isDead()) return
  history.crashes++
  await city.restart()
}

async function apply(event: Event, city: City, history: History, d: Disruption): Promise<Disruption> {
  const nowS = Math.floor(city.clock.now() / 1000)
  switch (event.kind) {
    case 'wait':
      await city.clock.advance(event.ms)
      return d
    case 'messenger':
      history.does = event.does
      return d
    case 'stop':
      await city.ride(rider(event.rider, { addresses: [] }))
      if (!history.stoppedAtS.has(String(event.rider))) history.stoppedAtS.set(String(event.rider), city.clock.now() / 1000)
      return d
    case 'crash':
      await city.restart(event.call)
      history.crashes++
      return d
    case 'revise':
      return revise(event, city, d, nowS)
  }
}

async function revise(event: Event & { kind: 'revise' }, city: City, d: Disruption, nowS: number): Promise<Disruption> {
  if (d.state === 'CLOSED') return d
  const number = d.revisions.length + 1
  const declaredEnd = event.endsInS === 0 ? 0 : nowS + event.endsInS
  const facts: Revision = late({ number, at: nowS, delayMax: 900 + number * 300, declaredEnd, closing: event.closing })
  const next = disruption([...d.revisions, facts])
  city.know(next)
  await city.update(next)
  return next
}

/** What the scripts must have reached for the laws to mean something. */
const reached = new Set<string>()

afterAll(() => {
  const wanted = ['SENT', 'EXPIRED', 'SUPERSEDED', 'SUPPRESSED', 'FAILED', 'a copy after a crash', 'an update']
  expect([...reached]).toEqual(expect.arrayContaining(wanted))
})

test('revisions ascend, nothing after the declared end or STOP, every intent ends, copies are bounded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(events, { minLength: 1, maxLength: 14 }), async (script) => {
      const { city, history, last } = await play(script)
      const states = await city.states(last)
      expect(states).toHaveLength(numbers.length)
      for (const state of states) expect(state).toMatch(terminal)
      for (const state of states) reached.add(state.split(' ')[0] as string)
      expect(await city.due()).toEqual([])
      for (const number of numbers) {
        const own = history.copies.filter((c) => c.address === String(number))
        expect(own.map((c) => c.revision)).toEqual(own.map((c) => c.revision).toSorted((a, b) => a - b))
        for (const copy of own) expect(copy.atS).toBeLessThan(endOf(last, copy.revision))
        for (const copy of own) expect(copy.atS).toBeLessThanOrEqual(history.stoppedAtS.get(copy.address) ?? Infinity)
        for (const { number: revision } of last.revisions) {
          const copies = own.filter((c) => c.revision === revision).length
          if (copies > 1 && !history.unanswered.has(`${number}/${revision}`)) reached.add('a copy after a crash')
          if (copies > 0 && revision > 1) reached.add('an update')
          expect(copies).toBeLessThanOrEqual(1 + history.crashes + Math.min(1, history.unanswered.get(`${number}/${revision}`) ?? 0))
        }
      }
    }),
    { numRuns: 120, seed: 20260105 },
  )
}, 60_000)

test('who is SENT has it, and who has it is SENT or was cut off', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(events, { minLength: 1, maxLength: 10 }), async (script) => {
      const { city, history, last } = await play(script)
      const slots = await city.slots(last)
      slots.forEach((slot, i) => {
        const had = history.copies.filter((c) => c.address === String(numbers[i])).map((c) => c.revision)
        if (slot.told > 0) expect(had).toContain(slot.told)
        if (had.length === 0) expect(slot.told).toBe(0)
      })
    }),
    { numRuns: 60, seed: 7 },
  )
}, 60_000)

/** The declared end as it stood with this revision (a closing one has none of its own). */
function endOf(d: Disruption, revision: number): number {
  const end = d.revisions.findLast((r) => r.number <= revision && !r.closing)?.declaredEnd ?? 0
  return end === 0 ? Infinity : end
}
