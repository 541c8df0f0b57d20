import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import type { Bus, Follower } from '#bus/bus'
import type { Disruption } from '#domain/disruption'
import type { Line } from '#domain/line'
import { disruptions, lines } from '#bus/topics'
import { type Received, followTopic } from '#bus/typed'
import type { Logger } from '#service/log'
import { BUS, LOG } from '#service/tokens'
import { byName } from './lineOrder'

/** Copies of the topics `lines` and `disruptions` in memory, by operator. Whoever waits for a change asks to be told. */
@Injectable()
export class Copies implements OnModuleInit, OnModuleDestroy {
  private readonly lines = new Map<string, Map<string, Line>>()
  private readonly disruptions = new Map<string, Map<string, Disruption>>()
  private readonly listeners = new Set<(operator: string) => void>()
  private readonly lineListeners = new Set<(operator: string) => void>()
  private followers: Follower[] = []

  constructor(
    @Inject(BUS) private readonly bus: Bus,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    const bad = (topic: string) => (reason: string) => this.log.error({ topic, reason }, 'unreadable record')
    this.followers = [
      await followTopic(this.bus, lines, (r) => this.tell(this.lineListeners, this.apply(this.lines, r)), bad('lines')),
      await followTopic(this.bus, disruptions, (r) => void this.apply(this.disruptions, r), bad('disruptions')),
    ]
    await Promise.all(this.followers.map((f) => f.caughtUp()))
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.followers.map((f) => f.stop()))
  }

  /** As riders look for them: by mode, then by name. */
  linesOf = (operator: string): Line[] => [...(this.lines.get(operator)?.values() ?? [])].sort(byName)
  line = (operator: string, id: string): Line | undefined => this.lines.get(operator)?.get(id)
  disruptionsOf = (operator: string): Disruption[] => [...(this.disruptions.get(operator)?.values() ?? [])]
  disruption = (operator: string, id: string): Disruption | undefined => this.disruptions.get(operator)?.get(id)

  /** Calls whenever something of an operator changed; returns how to end it. */
  onChange(listener: (operator: string) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Calls when lines of an operator changed; returns how to end it. */
  onLines(listener: (operator: string) => void): () => void {
    this.lineListeners.add(listener)
    return () => this.lineListeners.delete(listener)
  }

  /** For changes that happen elsewhere, e.g. the state of a feed. */
  announce(operator: string): void {
    this.tell(this.listeners, [operator])
  }

  private tell(listeners: ReadonlySet<(operator: string) => void>, operators: Iterable<string>): void {
    for (const operator of operators) for (const listener of listeners) listener(operator)
  }

  private apply<T extends { operator: string; id: string }>(
    copy: Map<string, Map<string, T>>,
    records: readonly Received<T>[],
  ): ReadonlySet<string> {
    const changed = new Set<string>()
    for (const { key, value } of records) {
      const operator = value?.operator ?? key?.slice(0, key.indexOf('/')) ?? ''
      const id = value?.id ?? key?.slice(operator.length + 1) ?? ''
      const own = copy.get(operator) ?? new Map<string, T>()
      copy.set(operator, own)
      if (value) own.set(id, value)
      else own.delete(id)
      changed.add(operator)
    }
    this.tell(this.listeners, changed)
    return changed
  }
}
