import { Inject, Injectable } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import type { Clock } from '#domain/ports'
import type { Rider } from '#domain/rider'
import type { Keys } from '#service/keys'
import type { Settings } from '#service/settings'
import { CLOCK, KEYS, SETTINGS } from '#service/tokens'
import { Problem } from '../http/problem'
import { claimedRider, claimedUnsubscriber, isTokenOf, isUnsubscribeTokenOf, manageToken } from './manageToken'
import { RiderDesk } from './riderDesk'

/** Addresses of our own pages, as riders reach them: never taken from a request's Host header. */
@Injectable()
export class Links {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(KEYS) private readonly keys: Keys,
    @Inject(RiderDesk) private readonly desk: RiderDesk,
    private readonly adapter: HttpAdapterHost,
  ) {}

  base(): string {
    if (this.settings.publicUrl) return this.settings.publicUrl.replace(/\/+$/, '')
    const bound: unknown = this.adapter.httpAdapter?.getHttpServer()?.address?.()
    const port = typeof bound === 'object' && bound !== null && 'port' in bound ? Number(bound.port) : this.settings.port
    return `http://${reachable(this.settings.host)}:${port}`
  }

  manage = (rider: Rider): string => `${this.base()}${this.managePath(rider)}`
  managePath = (rider: Rider, done = ''): string =>
    `/r/${rider.operator}/manage?t=${manageToken(this.keys, rider, this.now())}${done ? `&done=${done}` : ''}`

  /** The rider whose manage link it is; throws LINK_INVALID for any other, expired or erased. */
  async riderOf(operator: string, token: unknown): Promise<Rider> {
    const claimed = typeof token === 'string' ? claimedRider(token, this.now()) : undefined
    const rider = claimed && (await this.desk.find(operator, claimed.id))
    if (!rider || !isTokenOf(this.keys, rider, token as string)) throw invalidLink()
    return rider
  }

  /** The rider whose unsubscribe link it is; throws LINK_INVALID. */
  async unsubscriberOf(operator: string, token: unknown): Promise<Rider> {
    const id = typeof token === 'string' ? claimedUnsubscriber(token) : undefined
    const rider = id === undefined ? undefined : await this.desk.find(operator, id)
    if (!rider || !isUnsubscribeTokenOf(this.keys, rider, token as string)) throw invalidLink()
    return rider
  }

  private now = () => Math.floor(this.clock.now() / 1000)
}

/** A process that listens everywhere is reached on loopback. */
const reachable = (host: string): string => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host)

export const invalidLink = () =>
  new Problem(404, 'LINK_INVALID', 'This link is not valid any more.', 'Ask for a new one in the chat, or subscribe again.')
