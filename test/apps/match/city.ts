import { Test } from '@nestjs/testing'
import type { Bus } from '#bus/bus'
import { memoryBus } from '#bus/memory'
import { BusStrategy } from '#bus/strategy'
import { disruptions, dispatches, lines, riders } from '#bus/topics'
import { erase, followTopic, publish } from '#bus/typed'
import type { Dispatch } from '#domain/dispatch'
import { type Disruption, type Revision, lineScope } from '#domain/disruption'
import { readRecipient, recipientBytes } from '#domain/recipient'
import { type ChannelName, type Rider, type Subscription, channelNames } from '#domain/rider'
import { keysFrom } from '#service/keys'
import { createLogger } from '#service/log'
import { PlatformModule } from '#service/platform.module'
import { seededRandom } from '#service/randoms'
import type { Settings } from '#service/settings'
import type { Platform } from '#service/tokens'
import { VirtualClock } from '#service/virtualClock'
import { memoryStore } from '#store/memory'
import type { Store } from '#store/ports'
import { MatchModule } from '#apps/match/match.module'
import { lineOf } from '../../libs/matching/cityLine'
import { losable } from './losable'

/** Monday, 8:00 in Berlin. */
export const monday = Date.parse('2026-01-05T07:00:00Z')
export const seconds = (iso: string): number => Date.parse(iso) / 1000

/** A bus, a store and virtual time that outlive the processes of match that a test starts on them. */
export class City {
  readonly clock = new VirtualClock(monday)
  readonly bus: Bus = memoryBus(this.clock)
  readonly store = losable(() => memoryStore(this.clock.now))
  readonly dispatches: Dispatch[] = []
  private processes = 0

  async open(): Promise<this> {
    for (const channel of channelNames.filter((c) => c !== 'NONE')) {
      const keep = (records: readonly { value: Dispatch | undefined }[]) =>
        void this.dispatches.push(...records.flatMap((r) => (r.value ? [r.value] : [])))
      await followTopic(this.bus, dispatches(channel), keep, () => {})
    }
    for (const operator of ['lindenau', 'seebach']) {
      await publish(
        this.bus,
        lines,
        ['tram-1', 'tram-3'].map((id) => lineOf(id, ['A', 'B', 'C', 'D', 'E'], operator)),
      )
    }
    return this
  }

  /** Starts match; `bus` and `store` may be the city's own ones with faults. */
  async match(bus: Bus = this.bus, store: Store = this.store): Promise<{ stop(): Promise<void> }> {
    const platform: Platform = {
      bus,
      store,
      clock: this.clock,
      random: seededRandom(`process ${this.processes++}`),
      net: { request: () => Promise.reject(new Error('match asks nobody')) },
      log: createLogger('silent', false),
      keys: keysFrom(Buffer.alloc(32)),
      settings,
    }
    const module = await Test.createTestingModule({ imports: [PlatformModule.of(platform), MatchModule] }).compile()
    const app = module.createNestMicroservice({ strategy: new BusStrategy(bus) })
    await app.listen()
    return { stop: () => app.close() }
  }

  /** Lets everything run that can; time moves by as much. */
  async pass(ms = 0): Promise<void> {
    await this.clock.advance(ms)
    for (let i = 0; i < 10; i++) await this.clock.advance(0)
  }

  async subscribe(...list: Rider[]): Promise<void> {
    await publish(this.bus, riders, list)
    await this.pass()
  }

  async eraseRider(rider: Rider): Promise<void> {
    await erase(this.bus, riders, rider)
    await this.pass()
  }

  async say(...list: Disruption[]): Promise<void> {
    await publish(this.bus, disruptions, list)
    await this.pass()
  }

  /** Rider → the cohorts that hold him, of a disruption. */
  async told(disruption = 'd1', operator = 'lindenau'): Promise<Map<number, string[]>> {
    const told = new Map<number, string[]>()
    for (const { id } of await this.store.cohorts.list(`${operator}/${disruption}/`)) {
      const recipients = (await this.store.cohorts.recipients(id)) ?? Buffer.alloc(0)
      for (const rider of ridersIn(recipients)) told.set(rider, [...(told.get(rider) ?? []), id])
    }
    return told
  }

  /** Cohort/revision(number of recipients) of what was dispatched, in the order of the bus. */
  sent(): string[] {
    return this.dispatches.map((d) => `${d.channel}/${d.cohort} r${d.revision} (${ridersIn(d.recipients).join(' ')})`)
  }
}

const ridersIn = (recipients: Uint8Array): number[] =>
  Array.from({ length: recipients.length / recipientBytes }, (_, i) => readRecipient(Buffer.from(recipients), i).rider)

const operator = (id: string) =>
  ({
    id,
    name: id,
    timezone: 'Europe/Berlin',
    languages: ['de', 'en'],
    timetable: { url: undefined, file: undefined, headers: {}, refreshMs: 0 },
    feeds: [],
    channels: { telegram: undefined, webhook: undefined, email: undefined },
    policy: { default: 'auto' },
    detection: {} as never,
    staff: [],
    allowPrivateAddresses: false,
    contact: undefined,
  }) as const

const settings: Settings = {
  host: '127.0.0.1',
  port: 0,
  home: '/tmp',
  publicUrl: undefined,
  operators: [operator('lindenau'), operator('seebach')],
}

export const subscription = (change: Partial<Subscription> = {}): Subscription => ({
  scope: 'line:tram-3', direction: 2, fromStop: '', toStop: '', windows: [], minSeverity: 'INFO', minDelay: 0, channel: 'TELEGRAM',
  fromHour: 0, untilHour: 0, ...change,
}) // prettier-ignore

export function riderOf(number: number, subscriptions: readonly Subscription[], change: Partial<Rider> = {}): Rider {
  const channels = new Set<ChannelName>(['TELEGRAM', ...subscriptions.map((s) => s.channel)])
  return {
    operator: 'lindenau',
    id: `r${number}`,
    number,
    language: 'de',
    addresses: [...channels].map((channel) => ({
      channel,
      sealed: new Uint8Array(1),
      hash: Buffer.from(`${channel}${number}`),
      confirmed: true,
      stopped: false,
    })),
    subscriptions,
    consents: [{ at: 1, source: 'chat:telegram', given: true }],
    pausedUntil: 0,
    createdAt: 1,
    ...change,
  }
}

const revision = (number: number, closing = false): Revision => ({
  number, at: monday / 1000, severity: 'WARNING', effect: 'SIGNIFICANT_DELAYS', scopes: [lineScope('tram-3')], delayMin: 300, delayMax: 720,
  cancelled: [], estimatedEnd: 0, declaredEnd: 0, nextUpdate: 0, closing,
}) // prettier-ignore

/** A delay of line 3 with so many revisions. */
export const disruptionOf = (revisions: number, change: Partial<Disruption> = {}): Disruption => ({
  operator: 'lindenau', id: 'd1', rule: 'DELAY', origin: 'DETECTED', state: 'OPEN', publication: 'TOLD', scopes: [lineScope('tram-3')],
  effect: 'SIGNIFICANT_DELAYS', cause: 'UNKNOWN_CAUSE', severity: 'WARNING', suspectedAt: 1, openedAt: monday / 1000, closedAt: 0,
  communication: { start: 0, end: 0 }, impact: [], texts: [], evidence: '{}',
  revisions: Array.from({ length: revisions }, (_, i) => revision(i + 1)), ...change,
}) // prettier-ignore

export const closed = (revisions: number): Disruption => {
  const last = [...disruptionOf(revisions - 1).revisions, revision(revisions, true)]
  return disruptionOf(revisions, { state: 'CLOSED', closedAt: monday / 1000 + 600, revisions: last })
}
