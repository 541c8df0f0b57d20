import { register } from 'prom-client'
import { countDeadLetters, deadLetters, isReplayable, replay } from '../../../apps/send/deadLetters'
import { mergeReceipt } from '../../../apps/send/mergeReceipt'
import { memoryBus } from '#bus/memory'
import { dispatches } from '#bus/topics'
import { decodeBatch } from '#bus/typed'
import { encodeCohortHeader } from '#domain/cohortHeader'
import type { Dispatch } from '#domain/dispatch'
import { packReceipts, unpackReceipts } from '#domain/packedReceipts'
import { recipientBytes, writeRecipient } from '#domain/recipient'
import { readSlot } from '#domain/slot'
import { City, disruption, late, rider, seldom } from './city'

const minutes = 60_000
const first = disruption([late()])
const second = disruption([late(), late({ number: 2, delayMax: 2400 })])

async function city(numbers: readonly number[], options = {}): Promise<City> {
  const made = new City(options)
  await made.start()
  await made.ride(...numbers.map((n) => rider(n)))
  return made
}

async function tell(c: City, numbers: readonly number[]): Promise<void> {
  c.know(first)
  await c.tell(first, numbers)
  await c.clock.advance(100)
}

describe('receipts', () => {
  const key = { operator: 'lindenau', disruption: 'd1', channel: 'TELEGRAM', cohort: 0 } as const
  const at = (c: City) => Math.floor(c.clock.now() / 1000)

  test('what the messenger says later stands in the slot, whatever comes first and however often, open or put away', async () => {
    register.resetMetrics()
    const c = await city([1, 2])
    await tell(c, [1, 2])
    expect(await c.due()).toEqual([])
    await c.clock.advance(7 * minutes)
    for (let i = 0; i < 2; i++) await c.engine.orders.receipts(key, [{ slot: 1, kind: 'READ', at: at(c) }])
    await c.engine.orders.receipts(key, [
      { slot: 1, kind: 'DELIVERED', at: at(c) - 60 },
      { slot: 99, kind: 'READ', at: 0 },
    ])
    expect(await c.slots(first)).toMatchObject([
      { receipts: 0, openedAfterMinutes: 0 },
      { state: 'SENT', told: 1, receipts: 3, openedAfterMinutes: 7 },
    ])
    const counted = await register.getSingleMetric('linienfunk_send_receipts_total')?.get()
    expect(counted?.values.map(({ labels, value }) => [labels.kind, value])).toEqual([['READ', 1]])
    c.know(second)
    await c.update(second)
    await c.clock.advance(100)
    expect(await c.slots(first)).toMatchObject([{ told: 2 }, { told: 2, receipts: 3, openedAfterMinutes: 7 }])
  })

  test('a member that does not serve the cohort hands them to the one that does', async () => {
    const c = await city([1])
    await tell(c, [1])
    const mail: Dispatch[] = []
    const other = c.another((d) => void mail.push(d))
    await other.orders.receipts(key, [{ slot: 0, kind: 'CLICKED', at: at(c) }])
    await c.engine.dispatched(mail)
    expect(await c.slots(first)).toMatchObject([{ receipts: 7, openedAfterMinutes: 0 }])
  })

  test('any order of receipts gives the same slot', () => {
    const slot = readSlot(Buffer.from([2, 1, 1, 0, 0, 0, 20, 0]), 0)
    const some = ([['READ', 600], ['DELIVERED', 5], ['CLICKED', 900], ['READ', 300]] as const).map(([kind, at]) => ({ slot: 0, kind, at })) // prettier-ignore
    const apply = (order: typeof some) => order.reduce((s, r) => ({ ...s, ...mergeReceipt(s, r, 0) }), slot)
    for (const order of [some, some.toReversed(), [...some.slice(2), ...some.slice(0, 2)]]) {
      expect(apply(order)).toMatchObject({ receipts: 7, openedAfterMinutes: 4 })
    }
    expect(unpackReceipts(packReceipts(some))).toEqual(some)
  })
})

describe('dead letters', () => {
  const down = (c: City) => (c.telegram.answer = () => ({ kind: 'retry', reason: 'SERVER_ERROR' }))
  const up = (c: City) => (c.telegram.answer = () => ({ kind: 'sent' }))

  test('a restart revives none, the next revision gives those another chance that the messenger did not refuse for good', async () => {
    const c = await city([1, 2, 3])
    c.telegram.answer = ({ address }) => {
      if (address === '1') return { kind: 'gone', detail: 'blocked' }
      return address === '2' ? { kind: 'unknown', reason: 'TIMEOUT' } : { kind: 'retry', reason: 'SERVER_ERROR' }
    }
    await tell(c, [1, 2, 3])
    await c.clock.advance(120 * minutes)
    const dead = ['FAILED GONE', 'FAILED UNKNOWN_OUTCOME', 'FAILED TOO_MANY_ATTEMPTS']
    expect(await c.states(first)).toEqual(dead)
    const asked = c.telegram.got.length
    up(c)
    await c.restart()
    await c.update(first)
    await c.clock.advance(30 * minutes)
    expect(c.telegram.got).toHaveLength(asked)
    c.know(second)
    await c.update(second)
    await c.clock.advance(30 * minutes)
    expect(await c.states(first)).toEqual(['FAILED GONE', 'SENT', 'SENT'])
    expect(c.telegram.got.slice(asked).map((m) => [m.address, m.stage])).toEqual([['2', 'WHOLE'], ['3', 'WHOLE']]) // prettier-ignore
  })

  test('closed meanwhile: they stay what they are, and nobody gets an all-clear for what he never got', async () => {
    const c = await city([1])
    down(c)
    await tell(c, [1])
    await c.clock.advance(120 * minutes)
    up(c)
    const asked = c.telegram.got.length
    const closed = disruption([late(), late({ number: 2, closing: true })], { state: 'CLOSED' })
    c.know(closed)
    await c.update(closed)
    await c.clock.advance(10 * minutes)
    expect(await c.states(first)).toEqual(['FAILED TOO_MANY_ATTEMPTS'])
    expect(c.telegram.got).toHaveLength(asked)
  })

  test('listed with reason, counted, tried again on order: only what may still be told, and with consent', async () => {
    const c = await city([1, 2, 3])
    down(c)
    await tell(c, [1, 2, 3])
    await c.clock.advance(120 * minutes)
    const letters = await deadLetters(c.store, 'lindenau', { channel: 'TELEGRAM' })
    expect(letters).toMatchObject([1, 2, 3].map((n, slot) => ({ disruption: 'd1', cohort: 0, slot, rider: n, reason: 'TOO_MANY_ATTEMPTS', attempts: 8, told: 0 }))) // prettier-ignore
    expect(await deadLetters(c.store, 'seestadt')).toEqual([])
    expect(await deadLetters(c.store, 'lindenau', { reason: 'GONE' })).toEqual([])
    const now = Math.floor(c.clock.now() / 1000)
    expect(countDeadLetters(letters, (l) => isReplayable(l, first, now))).toEqual([
      { channel: 'TELEGRAM', reason: 'TOO_MANY_ATTEMPTS', letters: 3, replayable: 3 },
    ])
    expect(isReplayable(letters[0] as never, disruption([late()], { publication: 'WITHDRAWN' }), now)).toBe(false)
    up(c)
    await c.ride(rider(2, { addresses: [] }))
    const bus = memoryBus(c.clock)
    const ordered: Dispatch[] = []
    await bus.follow(dispatches('TELEGRAM').name, (batch) => {
      for (const { value } of decodeBatch(dispatches('TELEGRAM'), batch, () => undefined)) if (value) ordered.push(value)
    })
    expect(await replay(bus, letters)).toBe(1)
    await c.clock.advance(0)
    await c.engine.dispatched(ordered)
    await c.clock.advance(1000)
    expect(await c.states(first)).toEqual(['SENT', 'SUPPRESSED NO_ADDRESS', 'SENT'])
    expect(await deadLetters(c.store, 'lindenau')).toEqual([])
    await bus.close()
  })
})

describe('the reconciler', () => {
  const timing = { ...seldom, dueMs: 15_000, sweepMs: 300_000 }

  test('a cohort that is due, and of which no dispatch tells, is taken up within seconds', async () => {
    const c = await city([1], { timing })
    c.know(first)
    const id = await opened(c)
    await c.store.cohorts.setDue(id, c.clock.now())
    await c.clock.advance(16_000)
    expect(await c.states(first)).toEqual(['SENT'])
  })

  test('intents that nobody knows of are found, taken up, counted; what is in order is left alone', async () => {
    register.resetMetrics()
    const c = await city([1], { timing })
    c.know(first)
    await opened(c)
    await c.clock.advance(6 * minutes)
    expect(await c.states(first)).toEqual(['SENT'])
    c.know(second)
    await c.clock.advance(6 * minutes)
    expect(await c.slots(first)).toMatchObject([{ state: 'SENT', told: 2 }])
    await c.clock.advance(60 * minutes)
    const lost = await register.getSingleMetric('linienfunk_send_lost_intents_total')?.get()
    expect(lost?.values.map((v) => v.value)).toEqual([2])
    expect(await c.due()).toEqual([])
  })

  /** What match does first; then it died. */
  async function opened(c: City): Promise<string> {
    const recipients = Buffer.alloc(recipientBytes)
    writeRecipient(recipients, 0, { rider: 1, language: 'en', urgency: 0, secondChannel: 0, flags: 0 })
    const key = { operator: 'lindenau', disruption: 'd1', channel: 'TELEGRAM', cohort: 0 } as const
    await c.store.cohorts.open('lindenau/d1/TELEGRAM/0', encodeCohortHeader({ ...key, revision: 1, severity: 'WARNING', openedAtMs: c.clock.now() }), recipients) // prettier-ignore
    return 'lindenau/d1/TELEGRAM/0'
  }
})
