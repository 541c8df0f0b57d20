import { Account } from '#apps/send/account'
import { Engine } from '#apps/send/engine'
import { World } from '#apps/send/world'
import { riders as ridersTopic } from '#bus/topics'
import { telegramMessenger } from '#channels/telegram'
import { encodeCohortHeader } from '#domain/cohortHeader'
import { type CohortKey, allCohortShards, cohortId, cohortSize } from '#domain/dispatch'
import { type Disruption, bothDirections, lineScope } from '#domain/disruption'
import type { Line } from '#domain/line'
import { recipientBytes, writeRecipient } from '#domain/recipient'
import type { Rider } from '#domain/rider'
import { type Keys, keysFrom } from '#service/keys'
import { createLogger } from '#service/log'
import { createNet } from '#service/net'
import { realRandom } from '#service/randoms'
import { realClock } from '#service/realClock'
import type { Settings } from '#service/settings'
import type { Store } from '#store/ports'

const operator = 'bench'
const putAtOnce = 2000

/** The real engine with the real messenger and network, on a store that holds the riders. */
export interface Sender {
  /** Everybody told of a fresh disruption; resolves when the last of them is durably marked. */
  tellAll(): Promise<void>
  close(): Promise<void>
}

export async function openSender(store: Store, root: string, count: number, concurrency: number): Promise<Sender> {
  const keys = keysFrom(Buffer.alloc(32, 7))
  await putRiders(store, keys, count)
  const net = createNet()
  const world = new World(settings as unknown as Settings, store)
  world.applyLines([{ key: `${operator}/tram-3`, partition: 0, position: 1n, value: line }])
  const account = new Account('TELEGRAM/bench', { perSecond: 1e6, burst: 1e5 }, store.limits)
  const messenger = telegramMessenger(net, { token: '1:bench', apiRoot: root })
  const engine = new Engine({
    channel: 'TELEGRAM',
    store,
    clock: realClock,
    random: realRandom,
    keys,
    world,
    concurrency,
    holder: 'bench',
    log: createLogger('error', false),
    accountOf: () => ({ account, messenger }),
    publishReceipt: async () => undefined,
    publishDispatch: async () => undefined,
    publicUrl: 'https://riders.example.org',
  })
  engine.start()
  engine.owns(allCohortShards)
  let round = 0
  return {
    tellAll: () => tellAll(engine, store, world, count, ++round),
    close: async () => {
      await engine.drain(10_000)
      await net.close()
    },
  }
}

async function tellAll(engine: Engine, store: Store, world: World, count: number, round: number): Promise<void> {
  const d = disruptionOf(round)
  world.applyDisruptions([{ key: `${operator}/${d.id}`, partition: 0, position: BigInt(round), value: d }])
  const opening: Promise<void>[] = []
  for (let cohort = 0; cohort * cohortSize < count; cohort++) {
    const size = Math.min(cohortSize, count - cohort * cohortSize)
    const recipients = Buffer.alloc(size * recipientBytes)
    for (let i = 0; i < size; i++) {
      writeRecipient(recipients, i, { rider: cohort * cohortSize + i, language: 'en', urgency: 0, secondChannel: 0, flags: 0 })
    }
    opening.push(open(engine, store, { operator, disruption: d.id, channel: 'TELEGRAM', cohort }, recipients))
  }
  await Promise.all(opening)
  while (engine.desk.open.size > 0) await realClock.sleep(5)
}

async function open(engine: Engine, store: Store, key: CohortKey, recipients: Buffer): Promise<void> {
  const header = { ...key, revision: 1, severity: 'WARNING', openedAtMs: realClock.now() } as const
  await store.cohorts.open(cohortId(key), encodeCohortHeader(header), recipients)
  await engine.dispatched([{ ...header, recipients }])
}

async function putRiders(store: Store, keys: Keys, count: number): Promise<void> {
  for (let from = 0; from < count; from += putAtOnce) {
    await Promise.all(
      Array.from({ length: Math.min(putAtOnce, count - from) }, (_, i) => {
        const r = riderOf(from + i, keys)
        return store.riders.put(operator, { id: r.id, number: r.number, position: BigInt(r.number + 1), record: ridersTopic.codec.encode(r), hashes: [] }) // prettier-ignore
      }),
    )
  }
}

function riderOf(number: number, keys: Keys): Rider {
  const [id, chat] = [`rider-${number}`, String(100_000 + number)]
  return {
    operator, id, number, language: 'en', consents: [{ at: 1, source: 'api', given: true }], pausedUntil: 0, createdAt: 1,
    addresses: [{ channel: 'TELEGRAM', sealed: keys.seal(operator, id, chat), hash: keys.hash(operator, 'TELEGRAM', chat), confirmed: true, stopped: false }],
    subscriptions: [{ scope: 'line:tram-3', direction: 2, fromStop: '', toStop: '', windows: [], minSeverity: 'INFO', minDelay: 0, channel: 'TELEGRAM', fromHour: 0, untilHour: 0 }],
  } // prettier-ignore
}

const settings = { operators: [{ id: operator, name: 'Bench', timezone: 'Europe/Berlin', languages: ['en'] }] }

const line: Line = {
  operator, id: 'tram-3', name: '3', mode: 'TRAM', routes: ['r3'], color: '', textColor: '', hours: 0, timetable: 'bench', neighbours: [],
  stops: ['Harbour', 'Market', 'Hill'].map((name, i) => ({ id: `s${i}`, name, lat: 0, lon: 0 })),
  directions: [{ id: 0, towards: 'Hill', order: [0, 1, 2] }, { id: 1, towards: 'Harbour', order: [2, 1, 0] }],
} // prettier-ignore

function disruptionOf(round: number): Disruption {
  const at = Math.floor(realClock.now() / 1000)
  const scopes = [lineScope('tram-3', bothDirections)]
  const facts = { number: 1, at, severity: 'WARNING', effect: 'SIGNIFICANT_DELAYS', scopes, delayMin: 600, delayMax: 900, cancelled: [], estimatedEnd: 0, declaredEnd: 0, nextUpdate: 0, closing: false } as const // prettier-ignore
  return {
    operator, id: `d${round}`, rule: 'DELAY', origin: 'DETECTED', state: 'OPEN', publication: 'TOLD', scopes, effect: 'SIGNIFICANT_DELAYS',
    cause: 'UNKNOWN_CAUSE', severity: 'WARNING', suspectedAt: at, openedAt: at, closedAt: 0, communication: { start: 0, end: 0 }, impact: [],
    revisions: [facts], texts: [], evidence: '',
  } // prettier-ignore
}
