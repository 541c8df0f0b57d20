import { createHash } from 'node:crypto'
import { Inject, Injectable } from '@nestjs/common'
import type { Clock, Random } from '#domain/ports'
import type { ChannelName } from '#domain/rider'
import type { Keys } from '#service/keys'
import { CLOCK, KEYS, RANDOM, STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import type { Choice } from './choice'

/** What waits for its owner's confirmation: START in a chat, or the button behind the link in a mail. */
export interface Pending extends Choice {
  readonly channel: ChannelName
  /** Empty where the address comes with the confirmation (a chat). */
  readonly address: string
  readonly done: boolean
}

const minutes: Readonly<Record<ChannelName, number>> = { TELEGRAM: 30, EMAIL: 24 * 60, WEBHOOK: 60, NONE: 0 }

/** Choices under opaque tokens in the store, which holds only the token's hash; they vanish by themselves. */
@Injectable()
export class PendingChoices {
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  /** The token: 32 characters of [0-9a-f], which Telegram's start parameter takes. */
  async put(operator: string, pending: Omit<Pending, 'done'>): Promise<string> {
    const token = this.random.bytes(16).toString('hex')
    await this.write(operator, token, { ...pending, done: false })
    return token
  }

  async find(operator: string, token: unknown): Promise<Pending | undefined> {
    if (typeof token !== 'string' || !/^[0-9a-f]{32}$/.test(token)) return undefined
    const [stored] = await this.store.state.getMany([keyOf(operator, token)])
    if (!stored) return undefined
    const { sealed, expiresAtMs, ...rest } = JSON.parse(stored.toString()) as Stored
    if (expiresAtMs <= this.clock.now()) return undefined
    return { ...rest, address: this.keys.open(operator, 'pending', Buffer.from(sealed, 'base64')) }
  }

  /** The choice was taken over; the page that waits for it sees that. */
  finish = (operator: string, token: string, pending: Pending): Promise<void> => this.write(operator, token, { ...pending, done: true })

  private async write(operator: string, token: string, { address, ...rest }: Pending): Promise<void> {
    const expiresAtMs = this.clock.now() + minutes[rest.channel] * 60_000
    const sealed = this.keys.seal(operator, 'pending', address).toString('base64')
    const value = Buffer.from(JSON.stringify({ ...rest, sealed, expiresAtMs } satisfies Stored))
    await this.store.state.putMany([{ key: keyOf(operator, token), value, expiresAtMs }])
  }
}

type Stored = Omit<Pending, 'address'> & { readonly sealed: string; readonly expiresAtMs: number }

const keyOf = (operator: string, token: string) => `gateway/pending/${operator}/${createHash('sha256').update(token).digest('hex')}`
