import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import type { Bus, Follower } from '#bus/bus'
import { disruptions, lines } from '#bus/topics'
import { type Received, followTopic } from '#bus/typed'
import type { Disruption } from '#domain/disruption'
import type { Line } from '#domain/line'
import { timezoneKey } from '#domain/operator'
import type { Surroundings } from '#matching/criteria'
import { type Tables, tablesIn } from '#matching/tables'
import type { Logger } from '#service/log'
import type { Settings } from '#service/settings'
import { BUS, LOG, SETTINGS, STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { CompleteStore } from './completeStore'
import { unreadableRecords } from './metrics'
import { mayBecomeTellable } from './tellable'

interface Known {
  readonly position: bigint
  /** Absent when nobody can be told of it any more. */
  readonly disruption: Disruption | undefined
}

/** The copies of lines and disruptions that match keeps in memory, by following their topics. The newer position wins. */
@Injectable()
export class World implements OnModuleInit, OnApplicationShutdown {
  /** Of the store as it is now. */
  tables: Tables
  private readonly lines = new Map<string, Map<string, Line>>()
  private readonly known = new Map<string, Known>()
  private readonly watchers: ((operator: string) => void)[] = []
  private readonly timezones = new Map<string, string>()
  private followers: Follower[] = []

  constructor(
    @Inject(BUS) private readonly bus: Bus,
    @Inject(STORE) private readonly store: Store,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
    complete: CompleteStore,
  ) {
    this.tables = tablesIn(store.state)
    complete.onOther(() => {
      this.tables = tablesIn(store.state)
      void this.keepTimezones()
    })
  }

  /** Nothing is handled before both copies are complete. */
  async onModuleInit(): Promise<void> {
    this.followers = await Promise.all([
      followTopic(this.bus, lines, (records) => this.applyLines(records), this.bad('lines')),
      followTopic(this.bus, disruptions, (records) => this.applyDisruptions(records), this.bad('disruptions')),
    ])
    await Promise.all(this.followers.map((follower) => follower.caughtUp()))
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.followers.map((follower) => follower.stop()))
  }

  /** Calls when something of an operator's disruptions has changed. */
  watch(changed: (operator: string) => void): void {
    this.watchers.push(changed)
  }

  applyDisruptions(records: readonly Received<Disruption>[]): void {
    for (const { key = '', position, value } of records) {
      if (!this.isNews(key, position)) continue
      this.known.set(key, { position, disruption: value && mayBecomeTellable(value) ? value : undefined })
      for (const changed of this.watchers) changed(operatorOf(key))
    }
  }

  /** False: a newer record of this disruption is known, and will be handled when it comes. */
  isNewest(record: Received<Disruption>): boolean {
    const known = this.known.get(record.key ?? '')
    return known === undefined || known.position <= record.position
  }

  /** Disruptions that riders may be told of, now or later. */
  openOf(operator: string): Disruption[] {
    return [...this.known.values()].flatMap(({ disruption }) => (disruption?.operator === operator ? [disruption] : []))
  }

  /** The newest record of a disruption, unless nobody new can be told of it any more. */
  find(operator: string, id: string): Disruption | undefined {
    return this.known.get(`${operator}/${id}`)?.disruption
  }

  operators(): string[] {
    return [...new Set([...this.known.values()].flatMap(({ disruption }) => (disruption ? [disruption.operator] : [])))]
  }

  async surroundings(operator: string): Promise<Surroundings> {
    return { lines: this.lines.get(operator) ?? new Map(), tables: this.tables, timezone: await this.timezone(operator) }
  }

  /** The settings' time zone, else the timetable's, which ingest leaves in the store, else UTC. */
  async timezone(operator: string): Promise<string> {
    const known = this.settings.operators.find((o) => o.id === operator)?.timezone ?? this.timezones.get(operator)
    if (known !== undefined) return known
    const [stored] = await this.store.state.getMany([timezoneKey(operator)])
    if (stored) this.timezones.set(operator, stored.toString('utf8'))
    return stored?.toString('utf8') ?? 'UTC'
  }

  /** Ingest leaves them there when it loads a timetable, which may be hours away when the store was lost. */
  private async keepTimezones(): Promise<void> {
    const known = [...this.timezones].map(([operator, zone]) => this.store.state.putIfAbsent(timezoneKey(operator), Buffer.from(zone)))
    await Promise.all(known).catch((error: unknown) => this.log.warn({ err: error }, 'time zones could not be kept'))
  }

  private applyLines(records: readonly Received<Line>[]): void {
    for (const { key = '', value } of records) {
      const operator = operatorOf(key)
      const own = this.lines.get(operator) ?? new Map<string, Line>()
      this.lines.set(operator, own)
      if (value) own.set(value.id, value)
      else own.delete(key.slice(operator.length + 1))
    }
  }

  private isNews(key: string, position: bigint): boolean {
    const known = this.known.get(key)
    return known === undefined || known.position < position
  }

  private bad(topic: string): (reason: string) => void {
    return (reason) => {
      unreadableRecords.inc({ topic })
      this.log.warn({ topic, reason }, 'a record could not be read and was skipped')
    }
  }
}

/** A record's key is `operator/id`. */
const operatorOf = (key: string): string => key.slice(0, key.indexOf('/'))
