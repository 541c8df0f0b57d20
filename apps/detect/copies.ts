import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import type { Bus, Follower } from '#bus/bus'
import { disruptions, lines } from '#bus/topics'
import { type Received, followTopic } from '#bus/typed'
import type { Disruption } from '#domain/disruption'
import type { Line } from '#domain/line'
import { BUS } from '#service/tokens'
import { openDisruptions, unreadableRecords } from './metrics'

/** What detect knows of the compacted topics: the lines by name, and its own disruptions as they stand there. */
@Injectable()
export class Copies implements OnModuleInit, OnApplicationShutdown {
  private readonly lines = new Map<string, Line>()
  private readonly disruptions = new Map<string, Disruption>()
  private followers: Follower[] = []
  private following: Promise<void> | undefined

  constructor(@Inject(BUS) private readonly bus: Bus) {}

  async onModuleInit(): Promise<void> {
    await this.ready()
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.followers.map((f) => f.stop()))
  }

  /** Resolves when both copies hold what was there at the start. */
  ready(): Promise<void> {
    return (this.following ??= this.follow())
  }

  line(operator: string, id: string): Line | undefined {
    return this.lines.get(`${operator}/${id}`)
  }

  /** By operator and id, whatever their state. */
  all(): Iterable<Disruption> {
    return this.disruptions.values()
  }

  ofOperator(operator: string): Disruption[] {
    return [...this.disruptions.values()].filter((d) => d.operator === operator)
  }

  private async follow(): Promise<void> {
    this.followers = [
      await followTopic(this.bus, lines, (records) => keep(this.lines, records), bad('lines')),
      await followTopic(this.bus, disruptions, (records) => this.keepDisruptions(records), bad('disruptions')),
    ]
    await Promise.all(this.followers.map((f) => f.caughtUp()))
  }

  private keepDisruptions(records: readonly Received<Disruption>[]): void {
    for (const record of records) {
      if (record.key === undefined) continue
      count(this.disruptions.get(record.key), -1)
      count(record.value, +1)
      keep(this.disruptions, [record])
    }
  }
}

function keep<T>(copy: Map<string, T>, records: readonly Received<T>[]): void {
  for (const { key, value } of records) {
    if (key === undefined) continue
    if (value === undefined) copy.delete(key)
    else copy.set(key, value)
  }
}

function count(d: Disruption | undefined, by: number): void {
  if (d?.state === 'OPEN') openDisruptions.inc({ operator: d.operator, rule: d.rule }, by)
}

const bad = (topic: string) => () => unreadableRecords.inc({ topic })
