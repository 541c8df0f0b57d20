import type { Clock, Net } from '#domain/ports'
import { Inbox, type Received } from './inbox'
import { Outbox } from './outbox'
import { type Bot, type Person, findPerson, people } from './people'
import { Polling } from './polling'
import { parseSendMessage } from './sendMessage'
import { botUser, chatOf, memberUpdate, messageUpdate, openingEntries, pressUpdate } from './updates'
import { WebhookPush } from './webhookPush'
import { type Answer, type Parameters, type TelegramUpdate, answer, refuse, tooMany, unauthorized, unknownMethod } from './wire'

/** Telegram's own limit, over all chats of a bot. */
const messagesASecond = 30

/** A phone with a messenger whose servers are built in: two people, one bot an operator. It keeps its own files. */
export class Phone {
  private readonly inbox: Inbox
  private readonly outbox: Outbox
  private readonly polling: Polling
  private readonly push: WebhookPush
  private readonly sentAt = new Map<string, number[]>()
  private lastMessage: number

  constructor(
    folder: string,
    readonly bots: readonly Bot[],
    private readonly clock: Clock,
    net: Net,
  ) {
    this.inbox = new Inbox(folder)
    this.lastMessage = this.inbox.messages.reduce((last, m) => Math.max(last, m.id), 1)
    this.outbox = new Outbox(folder, openingEntries(bots, this.seconds()))
    this.polling = new Polling(this.outbox, clock)
    this.push = new WebhookPush(this.outbox, net, clock)
    for (const bot of bots) void this.push.wake(bot.operator)
  }

  /** A request of a bot; method names are not case-sensitive. */
  async call(token: string, method: string, parameters: Parameters, signal?: AbortSignal): Promise<Answer> {
    const bot = this.bots.find((b) => b.token === token)
    if (!bot) return unauthorized
    switch (method.toLowerCase()) {
      case 'getme':
        return answer({ ...this.userOf(bot), can_join_groups: false, can_read_all_group_messages: false, supports_inline_queries: false })
      case 'sendmessage':
        return this.sendMessage(bot, parameters)
      case 'getupdates':
        return this.polling.poll(bot.operator, parameters, signal)
      case 'setwebhook':
        return this.setWebhook(bot, parameters)
      case 'deletewebhook':
        return this.deleteWebhook(bot, parameters)
      case 'getwebhookinfo':
        return this.webhookInfo(bot)
      case 'setmycommands':
      case 'answercallbackquery':
      case 'sendchataction':
        return answer(true)
      default:
        return unknownMethod
    }
  }

  /** Everything ever received, oldest first. */
  messages = (): readonly Received[] => this.inbox.messages

  /** Everything that the people ever wrote, oldest first. */
  written = (): readonly { readonly operator: string; readonly update: TelegramUpdate }[] => this.outbox.written

  isBlocked = (operator: string, chat: number): boolean => this.outbox.isBlocked(operator, chat)

  /** A person writes to a bot; who had blocked it lets it write again by that. */
  async say(operator: string, person: Person, text: string): Promise<void> {
    if (this.outbox.isBlocked(operator, person.chat)) await this.block(operator, person, false)
    await this.write(operator, messageUpdate(person, text, this.outbox.nextUpdateId(operator), this.seconds()))
  }

  async press(operator: string, person: Person, data: string): Promise<void> {
    await this.write(operator, pressUpdate(person, data, this.outbox.nextUpdateId(operator)))
  }

  async block(operator: string, person: Person, blocked: boolean): Promise<void> {
    const bot = this.bots.find((b) => b.operator === operator)
    if (!bot || this.outbox.isBlocked(operator, person.chat) === blocked) return
    await this.outbox.record({ operator, chat: person.chat, blocked })
    const id = this.outbox.nextUpdateId(operator)
    await this.write(operator, memberUpdate(person, this.userOf(bot), blocked, id, this.seconds()))
  }

  async close(): Promise<void> {
    this.polling.close()
    this.push.close()
    await Promise.all([this.inbox.close(), this.outbox.close()])
  }

  private async write(operator: string, update: TelegramUpdate): Promise<void> {
    await this.outbox.record({ operator, update })
    this.polling.wake(operator)
    void this.push.wake(operator)
  }

  private async sendMessage(bot: Bot, parameters: Parameters): Promise<Answer> {
    const message = parseSendMessage(parameters)
    if (typeof message === 'string') return refuse(400, message)
    const person = findPerson(message.chat)
    if (!person) return refuse(400, 'Bad Request: chat not found')
    if (this.outbox.isBlocked(bot.operator, person.chat)) return refuse(403, 'Forbidden: bot was blocked by the user')
    if (!this.mayReceive(bot.token)) return tooMany(1)
    const id = (this.lastMessage += 2)
    const at = new Date(this.clock.now()).toISOString()
    await this.inbox.receive({ at, chat: person.chat, text: message.text, operator: bot.operator, id, buttons: message.buttons })
    return answer({ message_id: id, from: this.userOf(bot), chat: chatOf(person), date: this.seconds(), text: message.text })
  }

  private mayReceive(token: string): boolean {
    const now = this.clock.elapsed()
    const recent = (this.sentAt.get(token) ?? []).filter((at) => now - at < 1000)
    const allowed = recent.length < messagesASecond
    this.sentAt.set(token, allowed ? [...recent, now] : recent)
    return allowed
  }

  private async setWebhook(bot: Bot, parameters: Parameters): Promise<Answer> {
    const { url, secret_token: secret } = parameters
    if (typeof url !== 'string' || url === '') return this.deleteWebhook(bot, parameters)
    if (!URL.canParse(url)) return refuse(400, 'Bad Request: bad webhook: invalid webhook URL specified')
    await this.outbox.record({ operator: bot.operator, webhook: { url, secret: typeof secret === 'string' ? secret : '' } })
    this.polling.wake(bot.operator)
    void this.push.wake(bot.operator)
    return { status: 200, body: { ok: true, result: true, description: 'Webhook was set' } }
  }

  private async deleteWebhook(bot: Bot, parameters: Parameters): Promise<Answer> {
    if (this.outbox.webhook(bot.operator)) await this.outbox.record({ operator: bot.operator, webhook: null })
    const last = this.outbox.pending(bot.operator).at(-1)
    if (parameters.drop_pending_updates === true && last) await this.outbox.record({ operator: bot.operator, confirmed: last.update_id })
    return answer(true)
  }

  private webhookInfo(bot: Bot): Answer {
    const url = this.outbox.webhook(bot.operator)?.url ?? ''
    return answer({ url, has_custom_certificate: false, pending_update_count: this.outbox.pending(bot.operator).length })
  }

  private userOf = (bot: Bot) => botUser(bot, this.bots.indexOf(bot))

  private seconds = (): number => Math.floor(this.clock.now() / 1000)
}

/** By the name on the phone's screen, e.g. `anna`. */
export const personNamed = (name: string): Person | undefined => people.find((p) => p.name.toLowerCase() === name.toLowerCase())
