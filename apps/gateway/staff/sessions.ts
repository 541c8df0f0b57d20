import { createHash } from 'node:crypto'
import { Inject, Injectable } from '@nestjs/common'
import type { FastifyRequest } from 'fastify'
import type { Clock, Random } from '#domain/ports'
import type { Settings } from '#service/settings'
import { CLOCK, RANDOM, SETTINGS, STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { type Staff, stillStaff } from './staffTokens'

const hours = 12

/** Sessions of the console: the browser holds an opaque id, the store its hash. */
@Injectable()
export class Sessions {
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The Set-Cookie of a fresh session. */
  async open(staff: Staff, secure: boolean): Promise<string> {
    const id = this.random.bytes(32).toString('base64url')
    const expiresAtMs = this.clock.now() + hours * 3_600_000
    await this.store.state.putMany([{ key: keyOf(id), value: Buffer.from(JSON.stringify({ ...staff, expiresAtMs })), expiresAtMs }])
    return setCookie(id, secure, hours * 3600)
  }

  async find(request: FastifyRequest): Promise<Staff | undefined> {
    const id = cookieOf(request)
    if (!id) return undefined
    const [stored] = await this.store.state.getMany([keyOf(id)])
    if (!stored) return undefined
    const { operator, name, expiresAtMs } = JSON.parse(stored.toString()) as Staff & { expiresAtMs: number }
    const staff = { operator, name }
    return expiresAtMs > this.clock.now() && stillStaff(this.settings, staff) ? staff : undefined
  }

  /** The Set-Cookie that takes the session away. */
  async close(request: FastifyRequest, secure: boolean): Promise<string> {
    const id = cookieOf(request)
    if (id) await this.store.state.putMany([{ key: keyOf(id), value: undefined }])
    return setCookie('', secure, 0)
  }
}

const keyOf = (id: string) => `gateway/session/${createHash('sha256').update(id).digest('hex')}`

/** `__Host-` binds the cookie to this host and to https; plain http (a developer's machine) cannot have it. */
const cookieName = (secure: boolean) => (secure ? '__Host-linienfunk' : 'linienfunk')

const setCookie = (value: string, secure: boolean, maxAge: number) =>
  `${cookieName(secure)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${secure ? '; Secure' : ''}`

function cookieOf(request: FastifyRequest): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((p) => p.trim().split('='))
  const found = pairs.find(([name]) => name === cookieName(true)) ?? pairs.find(([name]) => name === cookieName(false))
  return found?.[1] && /^[\w-]{43}$/.test(found[1]) ? found[1] : undefined
}
