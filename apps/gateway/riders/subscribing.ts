import { Inject, Injectable } from '@nestjs/common'
import type { Clock } from '#domain/ports'
import type { Rider } from '#domain/rider'
import type { Language } from '#domain/operator'
import { CLOCK } from '#service/tokens'
import { Copies } from '../copies/copies'
import { Operators } from '../http/operators'
import { RateLimit } from '../http/rateLimit'
import type { PageChannel } from '../pages/subscribePage'
import { pageWords } from '../pages/wordsOf'
import { type Choice, type FieldErrors, type Form, field, isEmail, isWebhookUrl, readChoice } from './choice'
import { speaking, subscribed } from './edits'
import { EndpointCheck } from './endpointCheck'
import { Links, invalidLink } from './links'
import { Mailer } from './mailer'
import { PendingChoices } from './pending'
import { RiderDesk } from './riderDesk'

export type Started =
  | { readonly kind: 'errors'; readonly errors: FieldErrors }
  | { readonly kind: 'telegram'; readonly token: string }
  | { readonly kind: 'check'; readonly channel: 'EMAIL' | 'WEBHOOK' }

/** Subscribing on the web: a choice waits until its address is confirmed; only then is there a rider. */
@Injectable()
export class Subscribing {
  private readonly perAddress: RateLimit

  constructor(
    @Inject(Operators) private readonly operators: Operators,
    @Inject(Copies) private readonly copies: Copies,
    @Inject(PendingChoices) private readonly pending: PendingChoices,
    @Inject(RiderDesk) private readonly desk: RiderDesk,
    @Inject(Mailer) private readonly mailer: Mailer,
    @Inject(EndpointCheck) private readonly endpoints: EndpointCheck,
    @Inject(Links) private readonly links: Links,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.perAddress = new RateLimit(clock, 3, 0.2)
  }

  channelsOf(operator: string): PageChannel[] {
    const { telegram, email, webhook } = this.operators.get(operator).channels
    return [telegram && 'TELEGRAM', email && 'EMAIL', webhook && 'WEBHOOK'].filter((c): c is PageChannel => c !== undefined)
  }

  /** The posted form of `/r/:operator`. */
  async start(operator: string, form: Form, language: Language): Promise<Started> {
    const channel = this.channelsOf(operator).find((c) => c === field(form, 'channel'))
    const { choice, errors } = readChoice(form, this.copies.linesOf(operator), channel ?? 'NONE', language)
    const all = { ...errors, ...this.addressErrors(operator, form, channel) }
    if (!channel || Object.keys(all).length > 0) return { kind: 'errors', errors: all }
    if (channel === 'TELEGRAM') return { kind: 'telegram', token: await this.pending.put(operator, { ...choice, channel, address: '' }) }
    return channel === 'EMAIL'
      ? this.askByMail(operator, choice, field(form, 'email'))
      : this.askEndpoint(operator, choice, field(form, 'url'))
  }

  /** The button behind the link: the rider, with what was chosen. Throws LINK_INVALID. */
  async confirm(operator: string, token: unknown): Promise<Rider> {
    const pending = await this.pending.find(operator, token)
    if (!pending || pending.channel === 'TELEGRAM') throw invalidLink()
    const at = Math.floor(this.clock.now() / 1000)
    const { channel, address, subscriptions, language } = pending
    const rider = await this.desk.changeAt({ operator, channel, address }, language, (r) =>
      speaking(subscribed(r, subscriptions, at, 'web'), language),
    )
    if (!rider) throw invalidLink()
    await this.pending.finish(operator, token as string, pending)
    return rider
  }

  /** Names of the lines that a choice is about. */
  namesOf(operator: string, choice: Choice): string {
    return choice.subscriptions.map((s) => this.copies.line(operator, s.scope.replace(/^line:/, ''))?.name ?? s.scope).join(', ')
  }

  private addressErrors(operator: string, form: Form, channel: PageChannel | undefined): FieldErrors {
    if (!channel) return { channel: 'NO_CHANNEL' }
    if (channel === 'EMAIL' && !isEmail(field(form, 'email'))) return { email: 'BAD_EMAIL' }
    const isPrivate = this.operators.get(operator).channels.webhook?.allowPrivateAddresses ?? false
    return channel === 'WEBHOOK' && !isWebhookUrl(field(form, 'url'), isPrivate) ? { url: 'BAD_URL' } : {}
  }

  /** The same answer whoever has this address: the page tells nobody who is a rider. */
  private async askByMail(operator: string, choice: Choice, email: string): Promise<Started> {
    const address = email.replace(/@.*$/, (domain) => domain.toLowerCase())
    this.perAddress.require(`${operator}/${address}`)
    const token = await this.pending.put(operator, { ...choice, channel: 'EMAIL', address })
    const words = pageWords(choice.language)
    const { name } = this.operators.get(operator)
    const text = words.mailText(name, this.namesOf(operator, choice), this.confirmUrl(operator, token, choice.language))
    const mailed = await this.mailer.send(operator, address, words.mailSubject(name), text, choice.language)
    if (mailed === 'SENT') return { kind: 'check', channel: 'EMAIL' }
    return { kind: 'errors', errors: { email: mailed === 'REFUSED' ? 'BAD_EMAIL' : 'MAIL_NOT_SENT' } }
  }

  private async askEndpoint(operator: string, choice: Choice, url: string): Promise<Started> {
    this.perAddress.require(`${operator}/${new URL(url).host}`)
    const address = this.endpoints.addressOf(operator, url)
    const token = await this.pending.put(operator, { ...choice, channel: 'WEBHOOK', address })
    const taken = await this.endpoints.ask(operator, url, this.confirmUrl(operator, token, choice.language))
    return taken ? { kind: 'check', channel: 'WEBHOOK' } : { kind: 'errors', errors: { url: 'UNREACHABLE_URL' } }
  }

  private confirmUrl = (operator: string, token: string, language: Language) =>
    `${this.links.base()}/r/${operator}/confirm?t=${token}&lang=${language}`
}
