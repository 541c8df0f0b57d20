import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common'
import type { FastifyReply } from 'fastify'
import type { Clock } from '#domain/ports'
import { CLOCK } from '#service/tokens'
import { Copies } from '../copies/copies'
import { Problem } from '../http/problem'
import type { PublicLine } from '#domain/controlRoom'
import { PublicViews } from './publicViews'

const heartbeatMs = 15_000
/** Changes that come together (a storm) are sent together. */
const gatherMs = 100
const maxListeners = 2000

/** A reader who takes nothing for so many bytes is let go; the browser connects again. */
const maxWaiting = 2 ** 20

interface Listener {
  readonly operator: string
  readonly reply: FastifyReply
  /** What this reader knows, by line. */
  known: ReadonlyMap<string, string>
}

/**
 * Server-sent events of an operator's lines: `snapshot`, then `change` with only the lines that changed; a heartbeat comment every 15 s also
 * looks for changes that no record announces (a feed that fell silent).
 */
@Injectable()
export class LiveStream implements OnModuleDestroy {
  private readonly listeners = new Set<Listener>()
  private readonly gathering = new Map<string, () => void>()
  private readonly stopListening: () => void
  private stopBeating: (() => void) | undefined
  private id = 0

  constructor(
    @Inject(Copies) copies: Copies,
    @Inject(PublicViews) private readonly views: PublicViews,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.stopListening = copies.onChange((operator) => this.gather(operator))
  }

  onModuleDestroy(): void {
    this.stopListening()
    this.stopBeating?.()
    for (const cancel of this.gathering.values()) cancel()
    for (const { reply } of this.listeners) reply.raw.end()
    this.listeners.clear()
  }

  /** Takes the reply over; it ends when the reader goes or the process stops. */
  attach(operator: string, lines: readonly PublicLine[], reply: FastifyReply): void {
    if (this.listeners.size >= maxListeners) throw new Problem(503, 'NOT_POSSIBLE_NOW', 'Too many are listening.', 'Try again in a minute.')
    const listener = { operator, reply, known: fingerprints(lines) }
    reply.hijack()
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
      'x-accel-buffering': 'no',
    })
    reply.raw.write(this.event('snapshot', lines))
    this.listeners.add(listener)
    reply.raw.on('close', () => this.listeners.delete(listener))
    this.stopBeating ??= this.clock.timer(heartbeatMs, () => this.beat())
  }

  private beat() {
    for (const { reply } of this.listeners) reply.raw.write(': here\n\n')
    for (const operator of new Set([...this.listeners].map((l) => l.operator))) this.gather(operator)
    this.stopBeating = this.listeners.size > 0 ? this.clock.timer(heartbeatMs, () => this.beat()) : undefined
  }

  private gather(operator: string) {
    if (this.gathering.has(operator) || ![...this.listeners].some((l) => l.operator === operator)) return
    this.gathering.set(
      operator,
      this.clock.timer(gatherMs, () => void this.sendChanges(operator)),
    )
  }

  private async sendChanges(operator: string): Promise<void> {
    this.gathering.delete(operator)
    const lines = await this.views.lines(operator).catch(() => undefined)
    if (!lines) return
    const now = fingerprints(lines)
    for (const listener of this.listeners) if (listener.operator === operator) this.tell(listener, lines, now)
  }

  private tell(listener: Listener, lines: readonly PublicLine[], now: ReadonlyMap<string, string>) {
    const changed = lines.filter((l) => listener.known.get(l.id) !== now.get(l.id))
    listener.known = now
    if (changed.length > 0) listener.reply.raw.write(this.event('change', changed))
    if (listener.reply.raw.writableLength > maxWaiting) listener.reply.raw.destroy()
  }

  private event(name: string, lines: readonly PublicLine[]): string {
    return `id: ${++this.id}\nevent: ${name}\ndata: ${JSON.stringify(lines)}\n\n`
  }
}

const fingerprints = (lines: readonly PublicLine[]) => new Map(lines.map((l) => [l.id, JSON.stringify(l)]))
