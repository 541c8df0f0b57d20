import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common'
import type { Bus } from '#bus/bus'
import { disruptions, observations } from '#bus/topics'
import { erase, publish } from '#bus/typed'
import { timeTick } from '#detection/timeTick'
import { type Disruption, newest } from '#domain/disruption'
import type { Clock } from '#domain/ports'
import type { Logger } from '#service/log'
import { BUS, CLOCK, LOG } from '#service/tokens'
import { Copies } from './copies'

const everyMs = 1000
const keptSeconds = 30 * 24 * 3600
/** A due notice is asked for again when nothing has come of it for so long. */
const askAgainSeconds = 30

/**
 * What happens by the clock: closed disruptions get a tombstone after 30 days, and the owner of an operator's partition is told that time has come
 * for a notice (a scheduled one to be told, a declared end). It writes no disruption itself: the owner does, once, however many instances ask.
 */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnModuleDestroy {
  private stop: (() => void) | undefined
  private stopped = false
  private readonly asked = new Map<string, number>()

  constructor(
    @Inject(BUS) private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
    private readonly copies: Copies,
  ) {}

  onApplicationBootstrap(): void {
    this.stop = this.clock.timer(everyMs, () => void this.round())
  }

  onModuleDestroy(): void {
    this.stopped = true
    this.stop?.()
  }

  private async round(): Promise<void> {
    try {
      await this.tidy(Math.floor(this.clock.now() / 1000))
    } catch (error) {
      this.log.warn({ err: error }, 'detect: housekeeping failed and is tried again')
    }
    if (!this.stopped) this.stop = this.clock.timer(everyMs, () => void this.round())
  }

  private async tidy(now: number): Promise<void> {
    const all = [...this.copies.all()]
    for (const d of all.filter((d) => d.state === 'CLOSED' && d.closedAt + keptSeconds <= now)) await erase(this.bus, disruptions, d)
    const operators = new Set(all.filter((d) => isDue(d, now)).map((d) => d.operator))
    for (const operator of operators) await this.ask(operator, now)
    for (const operator of this.asked.keys()) if (!operators.has(operator)) this.asked.delete(operator)
  }

  private async ask(operator: string, now: number): Promise<void> {
    if (now - (this.asked.get(operator) ?? -askAgainSeconds) < askAgainSeconds) return
    this.asked.set(operator, now)
    await publish(this.bus, observations, [timeTick(operator, now)])
  }
}

function isDue(d: Disruption, now: number): boolean {
  if (d.state !== 'OPEN' || d.origin !== 'DECLARED') return false
  const end = newest(d)?.declaredEnd ?? 0
  return (end > 0 && end <= now) || (d.publication === 'SCHEDULED' && d.communication.start <= now)
}
