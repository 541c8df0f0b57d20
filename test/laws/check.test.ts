import { check } from './check'
import type { Arrival, FinalSlot, History, Intent } from './history'

const intent = (change: Partial<Intent> = {}): Intent => ({
  operator: 'lindenau',
  channel: 'WEBHOOK',
  address: 'http://host/lindenau/1',
  disruption: 'd1',
  revision: 1,
  kind: 'alert',
  expiresAt: 2000,
  ...change,
})
const arrival = (change: Partial<Arrival> = {}): Arrival => ({
  atMs: 1_000_000,
  operator: 'lindenau',
  channel: 'WEBHOOK',
  address: 'http://host/lindenau/1',
  disruption: 'd1',
  revision: 1,
  outcome: 'accepted',
  ...change,
})
const slot = (change: Partial<FinalSlot> = {}): FinalSlot => ({
  operator: 'lindenau',
  disruption: 'd1',
  channel: 'WEBHOOK',
  cohort: 0,
  slot: 0,
  address: 'http://host/lindenau/1',
  state: 'SENT',
  told: 1,
  ...change,
})
const other = { operator: 'seebach', address: 'http://host/seebach/1', disruption: 'e1' } as const

/** Two tenants; one rider is told, told again and given the all-clear, the other hears of something else that expires. */
const good: History = {
  intents: [intent(), intent({ revision: 2, kind: 'clear', expiresAt: undefined }), intent(other)],
  arrivals: [arrival(), arrival({ atMs: 3_000_000, revision: 2 })],
  slots: [slot({ told: 2 }), slot({ ...other, state: 'EXPIRED', told: 0 })],
  counters: [
    { operator: 'lindenau', disruption: 'd1', state: 'SENT', count: 1 },
    { operator: 'seebach', disruption: 'e1', state: 'EXPIRED', count: 1 },
  ],
  health: [
    { process: 'send', atMs: 1, saw: 'answered', asked: false },
    { process: 'send', atMs: 2, saw: 'silent', asked: true },
    { process: 'send', atMs: 3, saw: { exit: 'SIGKILL' }, asked: true },
  ],
}

const lawsOf = (change: Partial<History>, bound = 0) => check({ ...good, ...change }, { bound }).violations.map((v) => v.law)

test('a good history breaks no law', () => {
  expect(check(good, { bound: 0 })).toEqual({ lost: 0, duplicates: 0, orderViolations: 0, afterExpiry: 0, violations: [] })
})

test('a newer revision instead of an older one that was not yet sent is no loss, nor is a copy within the bound', () => {
  expect(lawsOf({ arrivals: [arrival({ revision: 2 })] })).toEqual([])
  expect(lawsOf({ arrivals: [arrival(), ...good.arrivals] }, 1)).toEqual([])
})

describe('each planted violation is named with its law', () => {
  test.each<[string, string[], Partial<History>]>([
    ['still pending', ['L1', 'L1', 'L8', 'L8'], { slots: [slot({ state: 'PENDING', told: 0 }), good.slots[1] as FinalSlot] }],
    ['in no cohort', ['L1', 'L1', 'L7', 'L8'], { slots: [good.slots[1] as FinalSlot] }],
    ['an old revision is the last one told', ['L1'], { slots: [slot({ told: 1 }), good.slots[1] as FinalSlot] }],
    ['given up, and the messenger never saw it', ['L1'], {
      slots: [good.slots[0] as FinalSlot, slot({ ...other, state: 'FAILED', told: 0, reason: 'UNKNOWN_OUTCOME' })],
      counters: [],
    }],
    ['marked as sent before it was sent', ['L2'], { arrivals: [arrival()] }],
    ['a message that nobody intended', ['L2'], { arrivals: [...good.arrivals, arrival({ revision: 3 })] }],
    ['a copy too many', ['L3'], { arrivals: [arrival(), arrival({ outcome: 'cut' }), arrival({ revision: 2 })] }],
    ['the alert after its all-clear', ['L3', 'L4'], { arrivals: [...good.arrivals, arrival()] }],
    ['the update first', ['L4'], { arrivals: [arrival({ revision: 2 }), arrival()] }],
    ['after its end', ['L5'], { arrivals: [arrival({ atMs: 2_002_000 }), arrival({ atMs: 3_000_000, revision: 2 })] }],
    ["another operator's rider", ['L6'], { arrivals: [...good.arrivals, arrival({ address: other.address })] }],
    ['a rider in two slots', ['L7', 'L7', 'L8'], { slots: [...good.slots, slot({ cohort: 1, told: 2 })] }],
    ['a counter that is wrong', ['L8'], { counters: [{ operator: 'lindenau', disruption: 'd1', state: 'SENT', count: 2 }] }],
    ['silent while it ran', ['L10'], { health: [{ process: 'send', atMs: 1, saw: 'silent', asked: false }] }],
    ['gone as if all were well', ['L10'], { health: [{ process: 'send', atMs: 1, saw: { exit: 0 }, asked: false }] }],
  ])('%s', (_, laws, change) => expect(lawsOf(change).toSorted()).toEqual(laws)) // prettier-ignore
})

test('an exit with a code that is not 0 is no violation: whoever watches the process starts it again', () => {
  expect(lawsOf({ health: [{ process: 'send', atMs: 1, saw: { exit: 1 }, asked: false }] })).toEqual([])
})

test('what the messenger refused is no copy and was not told', () => {
  expect(lawsOf({ arrivals: [arrival({ outcome: 'refused' }), ...good.arrivals] })).toEqual([])
  expect(lawsOf({ arrivals: [arrival({ outcome: 'refused' }), arrival({ revision: 2, outcome: 'refused' })] })).toEqual(['L2'])
})
