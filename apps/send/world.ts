import type { Bus, Follower } from '#bus/bus'
import { disruptions, lines } from '#bus/topics'
import { type Received, followTopic } from '#bus/typed'
import { type Disruption, linesOf, newest } from '#domain/disruption'
import type { Line } from '#domain/line'
import { type Operator, languages, timezoneKey } from '#domain/operator'
import { placesEverTouched } from '#matching/mayHear'
import type { Lines } from '#matching/places'
import type { Settings } from '#service/settings'
import type { Store } from '#store/ports'

/** What texts are made from: copies of disruptions and lines by following their topics, the newer position wins. */
export class World {
  private readonly disruptions = new Map<string, { readonly position: bigint; readonly value: Disruption | undefined }>()
  private readonly lines = new Map<string, Map<string, Line>>()
  private readonly timezones = new Map<string, string>()
  private readonly operators = new Map<string, Operator>()
  private readonly touched = new WeakMap<Disruption, { readonly lines: Lines; readonly scopes: ReadonlySet<string> }>()
  private readonly watchers: (() => void)[] = []
  private followers: Follower[] = []

  constructor(
    private readonly settings: Settings,
    private readonly store: Pick<Store, 'state'>,
  ) {}

  async follow(bus: Bus, bad: (reason: string) => void): Promise<void> {
    this.followers = await Promise.all([
      followTopic(bus, lines, (records) => this.applyLines(records), bad),
      followTopic(bus, disruptions, (records) => this.applyDisruptions(records), bad),
    ])
    await Promise.all(this.followers.map((f) => f.caughtUp()))
  }

  async stop(): Promise<void> {
    await Promise.all(this.followers.map((f) => f.stop()))
  }

  watch(changed: () => void): void {
    this.watchers.push(changed)
  }

  disruption = (operator: string, id: string): Disruption | undefined => this.disruptions.get(`${operator}/${id}`)?.value

  /** Disruptions that began, were revised or ended since (epoch seconds of feed time). */
  changedSince(since: number): Disruption[] {
    return [...this.disruptions.values()].flatMap(({ value: d }) => (d && lastChange(d) >= since ? [d] : []))
  }

  linesOf = (operator: string): Lines => this.lines.get(operator) ?? none

  /** Whether riders of the line are told now that it does not run as it should: then it is no way out, and not all clear. */
  isDisrupted(operator: string, line: string): boolean {
    return [...this.disruptions.values()].some(({ value: d }) => d?.operator === operator && isOpen(d) && linesOf(d).includes(line))
  }

  /** The operator as texts need it; its time zone from the settings, else from the timetable (left in the store by ingest), else UTC. */
  async operator(id: string): Promise<Operator> {
    const settings = this.settings.operators.find((o) => o.id === id)
    const timezone = settings?.timezone ?? (await this.timetableZone(id))
    const operator = { id, name: settings?.name ?? id, languages: settings?.languages ?? languages, timezone }
    if (settings?.timezone ?? this.timezones.has(id)) this.operators.set(id, operator)
    return operator
  }

  /** undefined: ask `operator`. */
  knownOperator = (id: string): Operator | undefined => this.operators.get(id)

  /** Scopes of subscriptions that a disruption touches or touched: the same for all its riders, as long as the lines are the same. */
  touchedBy(d: Disruption): ReadonlySet<string> {
    const lines = this.linesOf(d.operator)
    const known = this.touched.get(d)
    if (known?.lines === lines) return known.scopes
    const scopes = placesEverTouched(d, lines)
    this.touched.set(d, { lines, scopes })
    return scopes
  }

  applyDisruptions(records: readonly Received<Disruption>[]): void {
    for (const { key = '', position, value } of records) {
      const known = this.disruptions.get(key)
      if (known === undefined || known.position < position) this.disruptions.set(key, { position, value })
    }
    for (const changed of this.watchers) changed()
  }

  /** Whoever holds the lines of an operator holds them as they were. */
  applyLines(records: readonly Received<Line>[]): void {
    const copied = new Set<string>()
    for (const { key = '', value } of records) {
      const slash = key.indexOf('/')
      const operator = key.slice(0, slash)
      const own = copied.has(operator) ? (this.lines.get(operator) as Map<string, Line>) : new Map(this.lines.get(operator))
      this.lines.set(operator, own)
      copied.add(operator)
      if (value) own.set(value.id, value)
      else own.delete(key.slice(slash + 1))
    }
  }

  private async timetableZone(operator: string): Promise<string> {
    const known = this.timezones.get(operator)
    if (known !== undefined) return known
    const [stored] = await this.store.state.getMany([timezoneKey(operator)])
    if (stored) this.timezones.set(operator, stored.toString('utf8'))
    return stored?.toString('utf8') ?? 'UTC'
  }
}

const none: Lines = new Map()

const lastChange = (d: Disruption): number => Math.max(d.openedAt, d.closedAt, newest(d)?.at ?? 0)

const isOpen = (d: Disruption): boolean => d.state === 'OPEN' && d.publication === 'TOLD' && d.severity !== 'INFO'
