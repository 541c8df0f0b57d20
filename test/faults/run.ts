import { setTimeout as sleep } from 'node:timers/promises'
import type { StaffDisruption } from '#domain/controlRoom'
import { recipientRider } from '#domain/recipient'
import type { ChannelName } from '#domain/rider'
import { readSlot, slotBytes } from '#domain/slot'
import { type Verdict, check } from '../laws/check'
import type { Arrival, Counter, FinalSlot, History, Intent } from '../laws/history'
import type { Ground, Mode } from './ground'
import type { Provider, Raw } from './provider'
import { Staff } from './staff'
import { type System, observationsOf } from './system'
import { type Operator, type Person, operators } from './town'

/** At once under way on one channel (apps/send), of which twice as much may be claimed. */
const concurrency = 32
const lookEveryMs = 100
/** Nothing more has come for so long, and the ledger is at rest. */
const quietMs = 1000
/** Longer than a group of consumers takes to notice that a member is dead. */
const usuallyGivenUpMs = 60_000

/** What the harness knows of a story that goes on later, with another build. */
export interface Truth {
  readonly mark: string
  readonly ids: Readonly<Record<string, string>>
  readonly told: readonly Told[]
  readonly arrivals: readonly Raw[]
}

interface Told {
  readonly revision: number
  readonly kind: Intent['kind']
  readonly atMs: number
}

/** A run: a notice of each operator is issued, changed and ended while something goes wrong. The truth is kept here. */
export class Run {
  /** How many copies there may be. */
  bound = 0
  /** Set by faults after which not all can be told: riders at rest without it are no loss. */
  until: number | undefined
  readonly notes: string[] = []
  /** What a fault has found wrong on its way, beside the laws. */
  readonly findings: string[] = []
  private mark: string
  private readonly staff: ReadonlyMap<Operator, Staff>
  private readonly ids = new Map<Operator, string>()
  private readonly told: Told[] = []
  private readonly counters: Counter[] = []
  /** Epoch ms; before it, somebody else was at work. */
  private since = 0

  constructor(
    readonly ground: Ground,
    readonly system: System,
    number: number,
  ) {
    this.mark = `Run${number}x${Date.now().toString(36)}`
    this.staff = new Map(operators.map((o) => [o, new Staff(o, system.gatewayUrl)]))
  }

  get mode(): Mode {
    return this.ground.mode
  }
  get provider(): Provider {
    return this.ground.provider
  }
  get people(): readonly Person[] {
    return this.ground.people
  }

  /** A kill of a sender, or of all: so many slots may be claimed then, on each channel. */
  allowKill(kills = 1): void {
    this.bound += 2 * concurrency * this.channels() * kills
  }

  async issue(): Promise<void> {
    this.told.push({ revision: 1, kind: 'alert', atMs: Date.now() })
    await Promise.all([...this.staff].map(async ([operator, staff]) => this.ids.set(operator, await staff.issue(this.mark, this.until))))
  }

  async update(): Promise<void> {
    const revision = this.revision() + 1
    this.told.push({ revision, kind: 'update', atMs: Date.now() })
    await this.each((staff, id) => staff.update(id, this.mark, revision))
  }

  async clear(): Promise<void> {
    this.told.push({ revision: this.revision() + 1, kind: 'clear', atMs: Date.now() })
    await this.each((staff, id) => staff.clear(id, this.mark))
  }

  /** How many riders have been shown this revision, as a share of all. */
  share(revision = this.revision()): number {
    const seen = new Set(this.arrivals().filter((a) => a.revision === revision && a.outcome !== 'refused').map((a) => `${a.channel}${a.address}`)) // prettier-ignore
    return seen.size / this.people.length
  }

  async untilShare(share: number, withinMs = 240_000): Promise<void> {
    const end = Date.now() + withinMs
    while (this.share() < share) {
      if (Date.now() > end) throw new Error(`only ${Math.round(this.share() * 100)} % were told within ${withinMs / 1000} s`)
      await sleep(lookEveryMs)
    }
  }

  /** Until so many riders have been shown something of it, whatever the revision. False: the time was over. */
  async untilShareOfAny(share: number, withinMs = 240_000): Promise<boolean> {
    const end = Date.now() + withinMs
    const told = () => new Set(this.arrivals().map((a) => `${a.channel}${a.address}`)).size / this.people.length
    while (told() < share && Date.now() < end) await sleep(20)
    return told() >= share
  }

  /** Epoch ms at which a revision was issued. */
  toldAt = (revision: number): number | undefined => this.told.find((t) => t.revision === revision)?.atMs

  /**
   * Until every slot has come to an end and every rider has heard the newest; or, where the ledger is at rest and nothing has come for so
   * long, without them: the laws will say who is missing. False: the time was over.
   */
  async settled(withinMs: number, givenUpAfterMs = usuallyGivenUpMs): Promise<boolean> {
    const end = Date.now() + withinMs
    let quietSince = Date.now()
    let count = -1
    while (Date.now() < end) {
      const now = this.provider.arrivals.length
      if (now !== count) quietSince = Date.now()
      count = now
      const quiet = Date.now() - quietSince
      if (quiet >= quietMs && (await this.atRest(quiet >= givenUpAfterMs))) return true
      await sleep(lookEveryMs)
    }
    return false
  }

  /** What the gateway shows, before the processes are stopped. */
  async readCounters(): Promise<void> {
    for (const d of await this.disruptions()) {
      if (!d) continue
      const operator = this.operatorOf(d.id)
      for (const [state, count] of Object.entries(d.delivery.byState))
        this.counters.push({ operator, disruption: d.id, state: state as Counter['state'], count })
    }
  }

  /** After everything has stopped: what the messengers have and what the ledger says, judged. */
  async verdict(): Promise<Verdict> {
    const history: History = {
      intents: this.intents(),
      arrivals: this.arrivals(),
      slots: await this.slots(),
      counters: this.counters,
      health: observationsOf(this.system),
    }
    return check(history, { bound: this.bound + this.provider.cuts })
  }

  /** The longest time in which nothing came, while there was something to tell. */
  longestPauseMs(): number {
    const all = this.arrivals()
    const pauses = this.told.flatMap(({ revision, atMs }) => {
      const times = all.filter((a) => a.revision === revision && a.atMs >= this.since).map((a) => a.atMs)
      const from = [Math.max(atMs, this.since), ...times]
      return times.map((t, i) => t - (from[i] as number))
    })
    return Math.max(0, ...pauses)
  }

  truth(): Truth {
    return { mark: this.mark, ids: Object.fromEntries(this.ids), told: this.told, arrivals: this.provider.arrivals }
  }

  /** Goes on with a story that was begun elsewhere. */
  adopt({ mark, ids, told, arrivals }: Truth): void {
    this.mark = mark
    this.since = Date.now()
    for (const operator of operators) this.ids.set(operator, ids[operator] ?? '')
    this.told.push(...told)
    this.provider.arrivals.push(...arrivals)
  }

  arrivals(): Arrival[] {
    return this.provider.arrivals.flatMap((raw) => this.arrival(raw))
  }

  idOf = (operator: Operator): string => this.ids.get(operator) ?? ''
  revision = (): number => this.told.at(-1)?.revision ?? 0

  private arrival(raw: Raw): Arrival[] {
    const { text, ...rest } = raw
    if (raw.disruption !== undefined) return this.isOurs(raw.disruption) ? [rest as Arrival] : []
    const disruption = this.ids.get(raw.operator as Operator)
    const own = new RegExp(`${this.mark}R(\\d+)`).exec(text)
    const clear = /All clear|Störung beendet/.test(text) && this.told.at(-1)?.kind === 'clear' ? this.revision() : undefined
    const revision = own ? Number(own[1]) : clear
    return disruption === undefined || revision === undefined ? [] : [{ ...rest, disruption, revision }]
  }

  /** What a former run has left behind in the brokers is judged there, not here. */
  private isOurs = (disruption: string): boolean => [...this.ids.values()].includes(disruption)
  private operatorOf = (id: string): Operator => [...this.ids].find(([, own]) => own === id)?.[0] as Operator
  private channels = (): number => new Set(this.people.map((p) => p.channel)).size

  private intents(): Intent[] {
    const expires = this.until === undefined ? {} : { expiresAt: this.until }
    return this.told.flatMap(({ revision, kind }) =>
      this.people.map((p): Intent => {
        const { operator, channel, address } = p
        return { operator, channel, address, disruption: this.idOf(operator), revision, kind, ...(kind !== 'clear' && expires) }
      }),
    )
  }

  private async slots(): Promise<FinalSlot[]> {
    const platform = await this.system.inspect()
    try {
      const found: FinalSlot[] = []
      for (const [operator, disruption] of this.ids) {
        const addresses = new Map(this.people.filter((p) => p.operator === operator).map((p) => [p.number, p.address]))
        for (const { id } of await platform.store.cohorts.list(`${operator}/${disruption}/`)) {
          const [, , channel, cohort] = id.split('/') as [string, string, ChannelName, string]
          const recipients = (await platform.store.cohorts.recipients(id)) ?? Buffer.alloc(0)
          const slots = (await platform.store.cohorts.slots(id)) ?? Buffer.alloc(0)
          for (let slot = 0; slot < slots.length / slotBytes; slot++) {
            const address = addresses.get(recipientRider(recipients, slot)) ?? 'nobody'
            found.push({ operator, disruption, channel, cohort: Number(cohort), slot, address, ...readSlot(slots, slot) })
          }
        }
      }
      return found
    } finally {
      await platform.close()
    }
  }

  private async atRest(isGivenUp: boolean): Promise<boolean> {
    const all = await this.disruptions()
    return (
      all.every((d) => d !== undefined && this.isAtRest(d)) &&
      (isGivenUp || this.until !== undefined || this.share() >= 1 || this.anyFailed(all))
    )
  }

  private isAtRest({ id, delivery: { riders, byState } }: StaffDisruption): boolean {
    const wanted = this.people.filter((p) => p.operator === this.operatorOf(id)).length
    return riders >= wanted && byState.PENDING + byState.CLAIMED + byState.PARKED === 0
  }

  private anyFailed = (all: readonly (StaffDisruption | undefined)[]): boolean =>
    all.some((d) => (d?.delivery.byState.FAILED ?? 0) + (d?.delivery.byState.SUPPRESSED ?? 0) > 0)

  private disruptions = (): Promise<(StaffDisruption | undefined)[]> =>
    Promise.all([...this.staff].map(([operator, staff]) => staff.find(this.idOf(operator))))

  private async each(act: (staff: Staff, id: string) => Promise<void>): Promise<void> {
    await Promise.all([...this.staff].map(([operator, staff]) => act(staff, this.idOf(operator))))
  }
}
