import type { Rider, Subscription } from '#domain/rider'
import { placesOf } from '#matching/placesOf'
import { readRecord } from '#matching/record'
import { tablesIn } from '#matching/tables'

const subscription: Subscription = {
  scope: 'line:tram-3', direction: 1, fromStop: '', toStop: '', windows: [], minSeverity: 'WARNING', minDelay: 10, channel: 'TELEGRAM',
  fromHour: 0, untilHour: 0,
} // prettier-ignore
const address = { channel: 'TELEGRAM', sealed: new Uint8Array(0), hash: new Uint8Array(4), confirmed: true, stopped: false } as const
const rider: Rider = {
  operator: 'lindenau', id: 'r1', number: 77, language: 'en', addresses: [address], subscriptions: [subscription], consents: [],
  pausedUntil: 0, createdAt: 0,
} // prettier-ignore

/** Tables whose entries are given from the outside. */
function tables(firstIndex = 0) {
  const interned: string[] = []
  const intern = async (table: string, value: Uint8Array) => {
    const text = `${table}=${Buffer.from(value).toString('hex')}`
    if (!interned.includes(text)) interned.push(text)
    return firstIndex + interned.indexOf(text)
  }
  return tablesIn({ intern, table: async () => [] })
}

test('a subscription becomes a record of its scope; several of one scope stand together', async () => {
  const window = { days: 31, from: 420, until: 540 }
  const subscriptions = [
    subscription,
    { ...subscription, windows: [window] },
    { ...subscription, scope: 'topic:air', fromStop: 'A', toStop: 'B' },
  ]
  const { places } = await placesOf({ ...rider, subscriptions }, tables())
  expect([...places].map(([scope, bytes]) => [scope, bytes.length / 16])).toEqual([
    ['line:tram-3', 2],
    ['topic:air', 1],
  ])
  expect(readRecord(places.get('line:tram-3') as Buffer, 0)).toMatchObject({
    rider: 77,
    schedule: 0,
    section: 0,
    direction: 1,
    minSeverity: 1,
    minDelay: 10,
    language: 1,
    channel: 1,
  })
  expect(readRecord(places.get('line:tram-3') as Buffer, 1).schedule).toBe(1)
  expect(readRecord(places.get('topic:air') as Buffer, 0).section).toBe(2)
})

test.each<[string, Partial<Rider>]>([
  ['not confirmed', { addresses: [{ ...address, confirmed: false }] }],
  ['stopped', { addresses: [{ ...address, stopped: true }] }],
  ['no address on that channel', { addresses: [{ ...address, channel: 'EMAIL' }] }],
  [
    'consent taken back',
    {
      consents: [
        { at: 1, source: 'web', given: true },
        { at: 2, source: 'web', given: false },
      ],
    },
  ],
])('nobody is told anything: %s', async (_, change) => {
  expect((await placesOf({ ...rider, ...change }, tables())).places.size).toBe(0)
})

test('a pause is a later from', async () => {
  const { places } = await placesOf({ ...rider, pausedUntil: Date.UTC(2026, 0, 2, 8, 1) / 1000 }, tables())
  expect(readRecord(places.get('line:tram-3') as Buffer, 0).from).toBe(24 + 9)
})

test('a full table widens the subscription instead of pointing at somebody else’s entry', async () => {
  const subscriptions = [{ ...subscription, windows: [{ days: 1, from: 0, until: 60 }] }]
  const { places, widened } = await placesOf({ ...rider, subscriptions }, tables(0xffff))
  expect([readRecord(places.get('line:tram-3') as Buffer, 0).schedule, widened]).toEqual([0, 1])
})
