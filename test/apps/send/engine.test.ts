import { register } from 'prom-client'
import type { Disruption } from '#domain/disruption'
import type { Rider } from '#domain/rider'
import { clock as at } from '../../libs/messages/stories'
import { City, always, disruption, late, rider } from './city'

const minutes = 60_000
const closed = (...before: Disruption['revisions']) =>
  disruption([...before, late({ number: before.length + 1, at: at(9, 10), closing: true })])

async function city(riders: readonly Rider[] = [rider(1), rider(2)], options = {}): Promise<City> {
  const made = new City(options)
  await made.start()
  await made.ride(...riders)
  return made
}

async function tell(c: City, d: Disruption, numbers: readonly number[] = [1, 2]): Promise<void> {
  c.know(d)
  await c.tell(d, numbers)
  await c.clock.advance(100)
}

async function revise(c: City, d: Disruption): Promise<void> {
  c.know(d)
  await c.update(d)
  await c.clock.advance(100)
}

describe('what is told', () => {
  test('the whole message, the difference, the all-clear: each once, in the rider’s language; then the cohort is done', async () => {
    const c = await city([rider(1), rider(2, { language: 'de' })])
    const first = late()
    const second = late({ number: 2, at: at(9, 5), delayMin: 1200, delayMax: 1800 })
    await tell(c, disruption([first]))
    await revise(c, disruption([first, second]))
    await revise(c, closed(first, second))
    expect(c.telegram.texts(1).map((t) => t.slice(0, 40))).toEqual([
      'Tram 3 both ways: 10–15 min late. End no',
      'Update: Tram 3 both ways: now 20–30 min ',
      'All clear: Tram 3 runs as planned again ',
    ])
    expect(c.telegram.texts(2)[2]).toBe('Störung beendet: Tram 3 fährt seit 9:10 Uhr wieder nach Plan.')
    expect(await c.slots(disruption([first]))).toMatchObject([
      { state: 'SENT', told: 3 },
      { state: 'SENT', told: 3 },
    ])
    expect(await c.due()).toEqual([])
  })

  test('the text is that of the newest revision at the attempt, also when its own dispatch comes later', async () => {
    const c = await city()
    const [first, second] = [late(), late({ number: 2, delayMin: 1200, delayMax: 1800 })]
    c.know(disruption([first, second]))
    await c.tell(disruption([first]), [1])
    await c.clock.advance(100)
    await revise(c, disruption([first, second]))
    expect(c.telegram.texts(1)).toHaveLength(1)
    expect(c.telegram.texts(1)[0]).toContain('20–30 min late')
  })

  test('a dispatch that runs ahead of the facts waits for them', async () => {
    const c = await city()
    await c.tell(disruption([late()]), [1])
    await c.clock.advance(1 * minutes)
    expect(c.telegram.got).toEqual([])
    c.know(disruption([late()]))
    await c.clock.advance(100)
    expect(c.telegram.texts(1)).toHaveLength(1)
  })

  test('what is held back (shadow) is never sent', async () => {
    const c = await city()
    await tell(c, disruption([late()], { publication: 'HELD' }))
    await c.clock.advance(10 * minutes)
    expect(c.telegram.got).toEqual([])
  })
})

describe('what is not told, with its reason', () => {
  const down = (c: City) => (c.telegram.answer = () => ({ kind: 'retry', reason: 'SERVER_ERROR' }))
  const up = (c: City) => (c.telegram.answer = () => ({ kind: 'sent' }))

  test('closed before it was told: neither the alert nor the all-clear', async () => {
    const c = await city()
    down(c)
    await tell(c, disruption([late()]))
    await c.clock.advance(4000)
    const asked = c.telegram.got.length
    up(c)
    await revise(c, closed(late()))
    await c.clock.advance(30 * minutes)
    expect(await c.states(closed(late()))).toEqual(Array(2).fill('SUPERSEDED CLOSED_BEFORE_TOLD'))
    expect(c.telegram.got).toHaveLength(asked)
    expect(await c.due()).toEqual([])
  })

  test('past the declared end it has expired; a passed estimate ends nothing', async () => {
    const c = await city()
    down(c)
    const declared = disruption([late({ declaredEnd: at(9, 1) })])
    const estimated = disruption([late({ estimatedEnd: at(9, 1) })], { id: 'd2' })
    await tell(c, declared, [1])
    await tell(c, estimated, [2])
    await c.clock.advance(90_000)
    up(c)
    await c.clock.advance(30 * minutes)
    expect(await c.states(declared)).toEqual(['EXPIRED ENDED'])
    expect(await c.states(estimated)).toEqual(['SENT'])
  })

  test('erased, stopped, paused, unconfirmed, unsubscribed', async () => {
    const address = rider(3).addresses[0] as Rider['addresses'][0]
    const riders = [
      rider(2, { addresses: [{ ...(rider(2).addresses[0] as typeof address), stopped: true }] }),
      rider(3, { pausedUntil: at(12) }),
      rider(4, { addresses: [{ ...address, confirmed: false }] }),
      rider(5, { subscriptions: [{ ...always, scope: 'line:bus-12' }] }),
    ]
    const c = await city(riders)
    await tell(c, disruption([late()]), [1, 2, 3, 4, 5])
    const reasons = ['ERASED', 'STOPPED', 'PAUSED', 'NO_ADDRESS', 'STOPPED']
    expect(await c.states(disruption([late()]))).toEqual(reasons.map((r) => `SUPPRESSED ${r}`))
    expect(c.telegram.got).toEqual([])
  })

  test('an update within the window and the hour after it, not later', async () => {
    const until = (minute: number): Rider['subscriptions'] => [{ ...always, windows: [{ days: 127, from: 8 * 60, until: minute }] }]
    const c = await city([rider(1, { subscriptions: until(9 * 60 + 30) }), rider(2, { subscriptions: until(10 * 60) })])
    const [first, second] = [late(), late({ number: 2, delayMin: 1200, delayMax: 1800 })]
    await tell(c, disruption([first]))
    await c.clock.advance(95 * minutes)
    await revise(c, disruption([first, second]))
    expect(await c.states(disruption([first]))).toEqual(['SUPPRESSED OUT_OF_WINDOW', 'SENT'])
  })

  test('withdrawn: those who wait are not told, those who were told stay as they are', async () => {
    const c = await city()
    c.telegram.answer = ({ address }) => (address === '1' ? { kind: 'sent' } : { kind: 'retry', reason: 'SERVER_ERROR' })
    await tell(c, disruption([late()]))
    await c.clock.advance(4000)
    up(c)
    await revise(c, disruption([late(), late({ number: 2, delayMax: 2400 })], { publication: 'WITHDRAWN' }))
    await c.clock.advance(30 * minutes)
    expect(await c.states(disruption([late()]))).toEqual(['SENT', 'SUPPRESSED WITHDRAWN'])
    expect(c.telegram.texts(1)).toHaveLength(1)
  })

  test('STOP acts on what already waits in the queue', async () => {
    const c = await city([rider(1), rider(2)], { perSecond: 1 })
    await tell(c, disruption([late()]))
    await c.ride(rider(2, { addresses: [] }))
    await c.clock.advance(10_000)
    expect(await c.states(disruption([late()]))).toEqual(['SENT', 'SUPPRESSED NO_ADDRESS'])
  })
})

describe('when the messenger fails', () => {
  test('a hiccup is bridged in place', async () => {
    const c = await city()
    const outcomes = ['retry', 'retry']
    c.telegram.answer = () => (outcomes.pop() ? { kind: 'retry', reason: 'SERVER_ERROR' } : { kind: 'sent' })
    await tell(c, disruption([late()]), [1])
    await c.clock.advance(5000)
    expect(await c.slots(disruption([late()]))).toMatchObject([{ state: 'SENT', attempts: 1 }])
    expect(c.telegram.got).toHaveLength(3)
  })

  test('down for ten minutes: parked, due in the store, then told', async () => {
    const c = await city()
    c.telegram.answer = () => ({ kind: 'retry', reason: 'SERVER_ERROR' })
    await tell(c, disruption([late()]), [1])
    await c.clock.advance(5000)
    expect(await c.states(disruption([late()]))).toEqual(['PARKED SERVER_ERROR'])
    expect(await c.due()).toHaveLength(1)
    await c.clock.advance(10 * minutes)
    c.telegram.answer = () => ({ kind: 'sent' })
    await c.clock.advance(10 * minutes)
    expect(await c.states(disruption([late()]))).toEqual(['SENT'])
  })

  test('down for ever: a dead letter with its reason, after a bounded number of requests', async () => {
    const c = await city()
    c.telegram.answer = () => ({ kind: 'retry', reason: 'SERVER_ERROR' })
    await tell(c, disruption([late()]), [1])
    await c.clock.advance(120 * minutes)
    expect(await c.slots(disruption([late()]))).toMatchObject([{ state: 'FAILED', reason: 'TOO_MANY_ATTEMPTS', attempts: 8 }])
    expect(c.telegram.got.length).toBeLessThanOrEqual(24)
    expect(await c.due()).toEqual([])
  })

  test('Retry-After freezes the account, and is not an attempt', async () => {
    const c = await city()
    c.telegram.answer = () => ({ kind: 'frozen', afterMs: 60_000 })
    await tell(c, disruption([late()]), [1])
    expect(await c.slots(disruption([late()]))).toMatchObject([{ state: 'PENDING', attempts: 0 }])
    c.telegram.answer = () => ({ kind: 'sent' })
    await c.clock.advance(59_000)
    expect(c.telegram.got).toHaveLength(1)
    await c.clock.advance(2000)
    expect(await c.slots(disruption([late()]))).toMatchObject([{ state: 'SENT', attempts: 1 }])
  })

  test('a refused token stops that account, not the other operator’s', async () => {
    const c = await city([rider(1), rider(2), rider(1, { operator: 'seestadt' })])
    c.telegram.answer = ({ operator }) => (operator === 'lindenau' ? { kind: 'halt', detail: 'Unauthorized' } : { kind: 'sent' })
    const theirs = disruption([late()], { operator: 'seestadt' })
    await tell(c, disruption([late()]))
    await tell(c, theirs, [1])
    const asked = c.telegram.got.length
    await c.clock.advance(10 * minutes)
    expect(await c.states(theirs)).toEqual(['SENT'])
    expect(c.telegram.got).toHaveLength(asked)
    expect((await c.states(disruption([late()])))[0]).toBe('PARKED UNAUTHORIZED')
    c.telegram.answer = () => ({ kind: 'sent' })
    await c.clock.advance(10 * minutes)
    expect(await c.states(disruption([late()]))).toEqual(['SENT', 'SENT'])
  })

  test('an address that is gone: a receipt for the gateway, no further message', async () => {
    const c = await city()
    c.telegram.answer = ({ address }) => (address === '2' ? { kind: 'gone', detail: 'blocked' } : { kind: 'sent' })
    await tell(c, disruption([late()]))
    await revise(c, disruption([late(), late({ number: 2, delayMax: 2400 })]))
    expect(await c.states(disruption([late()]))).toEqual(['SENT', 'FAILED GONE'])
    expect(c.receipts).toMatchObject([{ operator: 'lindenau', disruption: 'd1', channel: 'TELEGRAM', cohort: 0, slot: 1, kind: 'BLOCKED' }])
    expect(c.telegram.texts(2)).toHaveLength(1)
  })

  test('accepted and then reset: once more with the same id, never a third time', async () => {
    const c = await city()
    c.telegram.answer = () => ({ kind: 'unknown', reason: 'UNREACHABLE' })
    await tell(c, disruption([late()]), [1])
    await c.clock.advance(60 * minutes)
    expect(new Set(c.telegram.got.map((m) => m.id)).size).toBe(1)
    expect(c.telegram.got).toHaveLength(2)
    expect(await c.states(disruption([late()]))).toEqual(['FAILED UNKNOWN_OUTCOME'])
  })

  test('one operator’s hanging server leaves room for the other', async () => {
    const c = await city([...Array.from({ length: 40 }, (_, i) => rider(i)), rider(1, { operator: 'seestadt' })])
    c.telegram.answer = ({ operator }) => (operator === 'lindenau' ? new Promise(() => undefined) : { kind: 'sent' })
    await tell(
      c,
      disruption([late()]),
      Array.from({ length: 40 }, (_, i) => i),
    )
    await tell(c, disruption([late()], { operator: 'seestadt' }), [1])
    expect(await c.states(disruption([late()], { operator: 'seestadt' }))).toEqual(['SENT'])
  })
})

describe('limits and order', () => {
  const many = Array.from({ length: 60 }, (_, i) => i)

  test('the account’s rate holds', async () => {
    const c = await city(
      many.map((n) => rider(n)),
      { perSecond: 10 },
    )
    await tell(c, disruption([late()]), many)
    await c.clock.advance(2900)
    expect(c.telegram.got.length).toBeGreaterThanOrEqual(25)
    expect(c.telegram.got.length).toBeLessThanOrEqual(33)
  })

  test('a severe disruption overtakes what waits, and the small one goes on', async () => {
    const c = await city(
      many.map((n) => rider(n)),
      { perSecond: 10, concurrency: 1 },
    )
    const [small, severe] = [disruption([late()], { severity: 'INFO' }), disruption([late()], { id: 'd2', severity: 'SEVERE' })]
    await tell(c, small, many)
    c.know(severe)
    await c.tell(severe, many)
    const before = c.telegram.got.length
    await c.clock.advance(2000)
    const ids = c.telegram.got.slice(before).map((m) => (m.facts as { disruption: string }).disruption)
    const severeShare = ids.filter((id) => id === 'd2').length / ids.length
    expect(severeShare).toBeGreaterThan(0.6)
    expect(severeShare).toBeLessThan(1)
  })

  test('whose window opens first is told first', async () => {
    const c = await city([rider(1), rider(2), rider(3)], { concurrency: 1, perSecond: 10 })
    c.know(disruption([late()]))
    await c.tell(disruption([late()]), [1, 2, 3], 0, [60, 0, 15])
    await c.clock.advance(1000)
    expect(c.telegram.got.map((m) => m.address)).toEqual(['2', '3', '1'])
  })
})

describe('the end of a process', () => {
  test('SIGTERM: nothing is claimed any more, what is under way is marked, the rest is told by the next process', async () => {
    const riders = Array.from({ length: 20 }, (_, i) => rider(i))
    const c = await city(riders)
    let free: (() => void) | undefined
    const gate = new Promise<void>((resolve) => (free = resolve))
    c.telegram.answer = () => gate.then(() => ({ kind: 'sent' }))
    await tell(
      c,
      disruption([late()]),
      riders.map((r) => r.number),
    )
    const drained = c.engine.drain(10_000)
    free?.()
    await c.clock.advance(1000)
    await drained
    const states = await c.states(disruption([late()]))
    expect(states.filter((s) => s === 'SENT')).toHaveLength(c.telegram.got.length)
    expect(states.filter((s) => s === 'PENDING')).toHaveLength(20 - c.telegram.got.length)
    await c.restart()
    await c.clock.advance(1000)
    expect(new Set(await c.states(disruption([late()])))).toEqual(new Set(['SENT']))
    expect(c.telegram.got).toHaveLength(20)
  })

  test('a messenger that hangs does not hold up the end for more than ten seconds', async () => {
    const c = await city()
    c.telegram.answer = () => new Promise(() => undefined)
    await tell(c, disruption([late()]))
    const drained = c.engine.drain(10_000)
    await c.clock.advance(10_100)
    await drained
  })

  test('nothing is asked of the messenger before its claim is durable', async () => {
    const c = await city()
    const { writeChunks } = c.store.cohorts
    Object.assign(c.store.cohorts, {
      writeChunks: (...all: Parameters<typeof writeChunks>) => c.clock.sleep(20).then(() => writeChunks(...all)),
    })
    const seen: string[] = []
    c.telegram.answer = async ({ address }) => {
      seen.push((await c.states(disruption([late()])))[Number(address) - 1] as string)
      return { kind: 'sent' }
    }
    await tell(c, disruption([late()]))
    expect(seen).toEqual(['CLAIMED', 'CLAIMED'])
  })

  test('what was claimed when it died is sent again and counted as a possible duplicate', async () => {
    register.resetMetrics()
    const c = await city()
    c.telegram.answer = () => new Promise(() => undefined)
    await tell(c, disruption([late()]))
    c.telegram.answer = () => ({ kind: 'sent' })
    await c.restart()
    await c.clock.advance(1000)
    expect(await c.states(disruption([late()]))).toEqual(['SENT', 'SENT'])
    expect(await value('linienfunk_send_possible_duplicates_total')).toBe(2)
  })
})

test('the sum of the states is the number of riders in open cohorts', async () => {
  // Reading takes in what the engines of the other tests have still noted.
  await value('linienfunk_send_slots')
  register.resetMetrics()
  const c = await city([rider(1), rider(2), rider(3)])
  c.telegram.answer = ({ address }) => (address === '1' ? { kind: 'sent' } : { kind: 'retry', reason: 'SERVER_ERROR' })
  await tell(c, disruption([late()]), [1, 2, 3, 4])
  await c.clock.advance(6000)
  expect(await value('linienfunk_send_intents')).toBe(4)
  expect(await value('linienfunk_send_slots')).toBe(4)
  c.telegram.answer = () => ({ kind: 'sent' })
  await c.clock.advance(10 * minutes)
  expect(await value('linienfunk_send_intents')).toBe(0)
  expect(await value('linienfunk_send_slots')).toBe(0)
})

async function value(name: string): Promise<number> {
  const metric = await register.getSingleMetric(name)?.get()
  return metric?.values.reduce((sum, v) => sum + v.value, 0) ?? Number.NaN
}
