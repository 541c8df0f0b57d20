import type { Disruption } from '#domain/disruption'
import type { Outcome } from '#channels/messenger'
import type { Store } from '#store/ports'
import { disruption, late, rider } from './city'
import { type Got, Senders } from './senders'

/** A case of the delivery page: what is given, what happens, and what must hold at the end. */
export interface LawCase {
  readonly id: string
  readonly concurrency?: number
  readonly perSecond?: number
  /** Riders of lindenau. */
  readonly riders: number
  /** What the messenger answers at first. */
  readonly answer?: Outcome
  readonly inject: (all: Senders, d: Disruption) => Promise<void>
  /** How many slots end in which state and reason. */
  readonly expectState?: (riders: number) => Record<string, number>
  /** How many messages may come twice. */
  readonly doubles?: number
  /** Minutes of virtual time: only where time costs nothing. */
  readonly isLong?: boolean
}

const first = disruption([late()])
const second = disruption([late(), late({ number: 2, delayMin: 1200, delayMax: 1800 })])
const closedAfter = (d: Disruption) =>
  disruption([...d.revisions, late({ number: d.revisions.length + 1, closing: true })], { state: 'CLOSED' })

/** However slow the disk is. */
async function everybodyHas(all: Senders, revision: number): Promise<void> {
  while (!(await all.slots(first)).every((slot) => slot.told >= revision)) await all.advance(200)
}

const up = (all: Senders) => (all.answer = () => ({ kind: 'sent' }))

export const cases: readonly LawCase[] = [
  {
    id: 'alert, update, all-clear: each once, in order',
    riders: 60,
    inject: async (all) => {
      await everybodyHas(all, 1)
      await all.update(second)
      await everybodyHas(all, 2)
      await all.update(closedAfter(second))
    },
    expectState: (riders) => ({ SENT: riders }),
  },
  {
    id: 'an all-clear meets an alert that is parked: neither is sent',
    riders: 20,
    answer: { kind: 'retry', reason: 'SERVER_ERROR' },
    inject: async (all) => {
      await all.advance(8000)
      up(all)
      await all.update(closedAfter(first))
    },
    expectState: (riders) => ({ 'SUPERSEDED CLOSED_BEFORE_TOLD': riders }),
  },
  {
    id: 'a messenger that is down for ten minutes: parked, then told',
    isLong: true,
    riders: 20,
    answer: { kind: 'retry', reason: 'SERVER_ERROR' },
    inject: async (all) => {
      await all.advance(600_000)
      up(all)
    },
    expectState: (riders) => ({ SENT: riders }),
  },
  {
    id: 'Retry-After freezes the account for every sender, and is no attempt',
    riders: 40,
    answer: { kind: 'frozen', afterMs: 60_000 },
    inject: async (all) => {
      await all.advance(3000)
      const asked = all.got.length
      up(all)
      await all.advance(56_000)
      if (all.got.length > asked) throw new Error(`${all.got.length - asked} requests although the account is frozen`)
    },
    expectState: (riders) => ({ SENT: riders }),
  },
  {
    id: 'past the declared end nothing is sent',
    isLong: true,
    riders: 20,
    perSecond: 1,
    inject: async (all) => {
      all.know(disruption([late({ declaredEnd: Math.floor(all.clock.now() / 1000) + 5 })]))
      await all.advance(10_000)
      const late5 = all.got.filter((g) => g.atMs >= all.clock.now() - 5000)
      if (late5.length > 0) throw new Error('told after the end')
    },
  },
  {
    id: 'STOP and erasure act within a second, in the midst of a fan-out',
    riders: 40,
    perSecond: 5,
    inject: async (all) => {
      await all.advance(1500)
      const told = new Set(all.got.map((g) => g.address))
      const waiting = Array.from({ length: 40 }, (_, i) => i + 1).filter((n) => !told.has(String(n)))
      await all.ride(...waiting.map((n) => rider(n, { addresses: [] })))
      await all.advance(1000)
      const before = all.got.length
      await all.advance(30_000)
      if (all.got.length > before) throw new Error('told after STOP')
    },
  },
  {
    id: 'a sender is killed: its successors go on, at most what was under way comes twice',
    riders: 60,
    inject: async (all) => {
      await all.advance(60)
      all.members.get('a')?.kill()
    },
    expectState: (riders) => ({ SENT: riders }),
    doubles: 2 * 4,
  },
  {
    id: 'accepted, and then the connection breaks: at most two copies, no third',
    isLong: true,
    riders: 10,
    answer: { kind: 'unknown', reason: 'UNREACHABLE' },
    inject: async (all) => {
      await all.advance(600_000)
    },
    expectState: (riders) => ({ 'FAILED UNKNOWN_OUTCOME': riders }),
    doubles: 10,
  },
]

const terminal = /^(SENT|FAILED|EXPIRED|SUPERSEDED|SUPPRESSED)/

/** Plays a case with two senders; L1 to L7 hold at the end (L8 is engine.test.ts's). */
export async function play(
  { id, riders, concurrency = 4, perSecond, inject, expectState, answer, doubles = 0 }: LawCase,
  store: (nowMs: () => number) => Store,
): Promise<void> {
  const all = new Senders({ concurrency, perSecond, storeOf: store })
  const numbers = Array.from({ length: riders }, (_, i) => i + 1)
  for (const name of ['a', 'b']) await all.join(name)
  await all.advance(1)
  await all.ride(...numbers.map((n) => rider(n)), rider(1, { operator: 'seestadt' }))
  const foreign = disruption([late()], { operator: 'seestadt' })
  if (answer) all.answer = () => answer
  await all.tell(first, numbers, 10)
  await all.tell(foreign, [1])
  await all.advance(1)
  await inject(all, first)
  for (let minute = 0; minute < 60 && !(await isQuiet(all)); minute++) await all.advance(60_000)
  const states = await all.states(first)
  const check = (law: string, holds: boolean) => {
    if (!holds) throw new Error(`${id}: ${law} is broken: ${JSON.stringify(states)}`)
  }
  check('L1 every intent ends', Object.keys(states).every((s) => terminal.test(s))) // prettier-ignore
  check('L7 the states are as many as the intents', Object.values(states).reduce((a, b) => a + b, 0) === riders)
  if (expectState) expect(states).toEqual(expectState(riders))
  const own = all.got.filter((g) => g.operator === 'lindenau' && (g.outcome === 'sent' || g.outcome === 'unknown'))
  check('L3 copies are bounded', extra(own) <= doubles)
  check('L4 revisions ascend', ascends(own))
  check('L6 nobody hears of another operator', all.got.every((g) => g.operator === (g.disruption === first.id && g.operator === 'lindenau' ? 'lindenau' : 'seestadt'))) // prettier-ignore
  const slots = await all.slots(first)
  const told = new Map(Map.groupBy(own, (g) => g.address).entries())
  slots.forEach(({ told: revision, state }, i) => {
    if (state !== 'SENT' || revision === 0) return
    check('L2 who is SENT has it', told.get(String(numbers[i]))?.some((g) => g.revision === revision) ?? false)
  })
  await Promise.all([...all.members.values()].map((m) => m.kill()))
  await all.close()
}

async function isQuiet(all: Senders): Promise<boolean> {
  return Object.keys(await all.states(first)).every((s) => terminal.test(s))
}

const extra = (got: readonly Got[]): number => got.length - new Set(got.map((g) => `${g.address}/${g.revision}`)).size

function ascends(got: readonly Got[]): boolean {
  return [...Map.groupBy(got, (g) => g.address).values()].every((own) =>
    own.every((g, i) => i === 0 || g.revision >= (own[i - 1] as Got).revision),
  )
}
