import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LineFile, readLines, writeWhole } from '../durable'
import type { TelegramUpdate } from './wire'

export interface Webhook {
  readonly url: string
  readonly secret: string
}

/** A change of the outbox, as it stands in the file. */
export type Entry =
  | { readonly operator: string; readonly update: TelegramUpdate }
  | { readonly operator: string; readonly confirmed: number }
  | { readonly operator: string; readonly chat: number; readonly blocked: boolean }
  | { readonly operator: string; readonly webhook: Webhook | null }

interface BotState {
  updates: TelegramUpdate[]
  /** Every update up to and including this one is confirmed. */
  confirmed: number
  /** The last number given away. */
  last: number
  readonly blocked: Set<number>
  webhook: Webhook | undefined
}

/** What the people wrote, until the bot confirms it: like Telegram's servers it outlives the bot. */
export class Outbox {
  /** Everything ever written, for the phone's screen. */
  readonly written: { operator: string; update: TelegramUpdate }[] = []
  private readonly bots = new Map<string, BotState>()
  private readonly file: LineFile<Entry>

  /** `opening` is written at the very first start, as a whole or not at all. */
  constructor(folder: string, opening: readonly Entry[]) {
    const path = join(folder, 'updates.jsonl')
    if (!existsSync(path)) writeWhole(path, opening.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    for (const entry of readLines<Entry>(path)) this.apply(entry)
    this.file = new LineFile(path)
  }

  nextUpdateId = (operator: string): number => this.bot(operator).last + 1

  /** Not yet confirmed, oldest first. */
  pending = (operator: string): readonly TelegramUpdate[] => this.bot(operator).updates

  isBlocked = (operator: string, chat: number): boolean => this.bot(operator).blocked.has(chat)

  webhook = (operator: string): Webhook | undefined => this.bot(operator).webhook

  /** Takes effect at once; resolves when it is on the disk. */
  async record(entry: Entry): Promise<void> {
    this.apply(entry)
    await this.file.append(entry)
  }

  close = (): Promise<void> => this.file.close()

  private apply(entry: Entry): void {
    const bot = this.bot(entry.operator)
    if ('update' in entry) {
      bot.last = entry.update.update_id
      if (entry.update.update_id > bot.confirmed) bot.updates.push(entry.update)
      this.written.push({ operator: entry.operator, update: entry.update })
    } else if ('confirmed' in entry) {
      bot.confirmed = Math.max(bot.confirmed, entry.confirmed)
      bot.updates = bot.updates.filter((u) => u.update_id > bot.confirmed)
    } else if ('blocked' in entry) {
      if (entry.blocked) bot.blocked.add(entry.chat)
      else bot.blocked.delete(entry.chat)
    } else bot.webhook = entry.webhook ?? undefined
  }

  private bot(operator: string): BotState {
    let bot = this.bots.get(operator)
    if (!bot) this.bots.set(operator, (bot = { updates: [], confirmed: 0, last: 0, blocked: new Set(), webhook: undefined }))
    return bot
  }
}
