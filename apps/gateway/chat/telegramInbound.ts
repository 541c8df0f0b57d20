import { Inject, Injectable } from '@nestjs/common'
import type { Clock } from '#domain/ports'
import { type Rider, lineScopeKey } from '#domain/rider'
import type { Logger } from '#service/log'
import { CLOCK, LOG, STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { Copies } from '../copies/copies'
import { Operators, bestLanguage } from '../http/operators'
import { RateLimit } from '../http/rateLimit'
import { mutexByKey } from '../riders/mutex'
import { allLine, paused, resumed, speaking, stopped, subscribed, unreachable, unsubscribed } from '../riders/edits'
import { Links } from '../riders/links'
import { type Pending, PendingChoices } from '../riders/pending'
import { type ContactPoint, type Edit, RiderDesk } from '../riders/riderDesk'
import { readCommand } from './command'
import { type Answer, type Change, answer } from './conversation'
import { manageLinkMark } from './replies'
import { TelegramApi } from './telegramApi'
import { type TelegramUpdate, inboundOf } from './update'

const rememberedMs = 24 * 3_600_000
const source = 'chat:telegram'

/**
 * What a rider writes to the bot. The change is durable and applied first, then the update is remembered, then the answer goes out: a redo
 * after a crash may change the same thing again, but answers nothing twice.
 */
@Injectable()
export class TelegramInbound {
  private readonly perChat: RateLimit
  /** Answers of one chat go out in their order; nobody waits for another chat's. */
  private readonly inOrder = mutexByKey()

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
    @Inject(Operators) private readonly operators: Operators,
    @Inject(Copies) private readonly copies: Copies,
    @Inject(RiderDesk) private readonly desk: RiderDesk,
    @Inject(PendingChoices) private readonly pending: PendingChoices,
    @Inject(Links) private readonly links: Links,
    @Inject(TelegramApi) private readonly api: TelegramApi,
  ) {
    this.perChat = new RateLimit(clock, 20, 30)
  }

  /** Throws only when broker or store are down; the caller gets the update again. */
  async handle(operator: string, update: TelegramUpdate): Promise<void> {
    const key = `gateway/telegram/${operator}/${update.update_id}`
    const [done] = await this.store.state.getMany([key])
    if (done) return
    const reply = await this.carryOut(operator, update)
    await this.store.state.putMany([{ key, value: Buffer.from([1]), expiresAtMs: this.clock.now() + rememberedMs }])
    if (reply) void this.inOrder(`${operator}/${reply.chat}`, () => this.api.say(operator, reply.chat, reply.text))
  }

  private async carryOut(operator: string, update: TelegramUpdate): Promise<{ chat: string; text: string } | undefined> {
    const inbound = inboundOf(update)
    if (inbound.kind === 'nothing') return undefined
    const at = { operator, channel: 'TELEGRAM', address: inbound.chat } as const
    if (inbound.kind === 'blocked') {
      await this.block(at)
      return undefined
    }
    const isStop = readCommand(inbound.text).kind === 'stop'
    if (!isStop && !this.perChat.take(`${operator}/${inbound.chat}`)) return undefined
    const text = await this.converse(at, inbound.text, inbound.languageCode)
    return { chat: inbound.chat, text }
  }

  private async converse(at: ContactPoint, text: string, languageCode: string | undefined): Promise<string> {
    const { operator } = at
    const rider = await this.desk.findByAddress(at)
    const language = rider?.language ?? bestLanguage(this.operators.get(operator).languages, languageCode)
    const waiting = await this.choiceOf(operator, text)
    const { reply, change } = answer(text, rider, this.copies.linesOf(operator), language, waiting?.pending)
    const after = await this.apply(at, waiting?.pending.language ?? language, change, rider)
    if (waiting) await this.pending.finish(operator, waiting.token, waiting.pending)
    return after ? reply.replace(manageLinkMark, this.links.manage(after)) : withoutLink({ reply, change })
  }

  /** What was chosen on the web under the token of `/start TOKEN`. */
  private async choiceOf(operator: string, text: string): Promise<{ token: string; pending: Pending } | undefined> {
    const command = readCommand(text)
    if (command.kind !== 'start') return undefined
    const pending = await this.pending.find(operator, command.rest)
    return pending?.channel === 'TELEGRAM' ? { token: command.rest, pending } : undefined
  }

  private async apply(at: ContactPoint, language: ContactLanguage, change: Change, rider: Rider | undefined): Promise<Rider | undefined> {
    if (change.kind === 'none') return rider
    return this.desk.changeAt(at, language, this.editOf(change, language))
  }

  private editOf(change: Change, language: ContactLanguage): Edit {
    const now = Math.floor(this.clock.now() / 1000)
    const edits: { readonly [K in Change['kind']]: (c: Extract<Change, { kind: K }>) => Edit } = {
      none: () => (r) => r,
      start:
        ({ choice }) =>
        (r) =>
          choice ? speaking(subscribed(r, choice.subscriptions, now, source), language) : resumed(r, now, source),
      subscribe:
        ({ lines }) =>
        (r) =>
          subscribed(r, this.newLines(r, lines), now, source),
      unsubscribe:
        ({ lines }) =>
        (r) =>
          unsubscribed(r, lines.map(lineScopeKey)),
      stop: () => (r) => stopped(r, now, source),
      resume: () => (r) => paused(resumed(r, now, source), 0),
      pause:
        ({ days }) =>
        (r) =>
          paused(r, now + days * 86_400),
      language:
        ({ language }) =>
        (r) =>
          speaking(r, language),
    }
    return edits[change.kind](change as never)
  }

  /** A line that is followed already keeps its filters, unless everything was stopped. */
  private newLines(rider: Rider, lines: readonly string[]) {
    const known = rider.addresses.some((a) => !a.stopped) ? rider.subscriptions : []
    return lines.map((line) => known.find((s) => s.scope === lineScopeKey(line)) ?? allLine(line, 'TELEGRAM'))
  }

  private async block(at: ContactPoint): Promise<void> {
    const rider = await this.desk.findByAddress(at)
    if (rider) await this.desk.change(at.operator, rider.id, (r) => unreachable(r, at.channel))
    this.log.info({ operator: at.operator }, 'a chat was blocked')
  }
}

type ContactLanguage = Rider['language']

/** Where there is no rider there is no link: the line with it is left out. */
const withoutLink = ({ reply }: Answer) =>
  reply
    .split('\n')
    .filter((line) => !line.includes(manageLinkMark))
    .join('\n')
