import { type CanActivate, type ExecutionContext, Inject, Injectable, createParamDecorator } from '@nestjs/common'
import type { FastifyRequest } from 'fastify'
import type { Settings } from '#service/settings'
import { SETTINGS } from '#service/tokens'
import { Problem } from '../http/problem'
import { requireSameSite } from '../http/sameSite'
import { Sessions } from './sessions'
import { type Staff, staffOfToken } from './staffTokens'

const known = new WeakMap<FastifyRequest, Staff>()

/** Lets staff in, by bearer token or by the console's session; everybody else gets 401. A session's writes must come from our own pages. */
@Injectable()
export class StaffGuard implements CanActivate {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(Sessions) private readonly sessions: Sessions,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>()
    const staff = await this.identify(request)
    if (!staff) throw unauthorized()
    known.set(request, staff)
    return true
  }

  private async identify(request: FastifyRequest): Promise<Staff | undefined> {
    const bearer = /^Bearer +([^\s]{1,500})$/i.exec(request.headers.authorization ?? '')?.[1]
    if (bearer) return staffOfToken(this.settings, bearer)
    if (request.method !== 'GET') requireSameSite(request)
    return this.sessions.find(request)
  }
}

export const unauthorized = () =>
  new Problem(401, 'UNAUTHORIZED', 'This needs a staff token.', 'Send Authorization: Bearer with a token of the configuration.', {
    'www-authenticate': 'Bearer realm="linienfunk"',
  })

/** The person that the guard let in. */
export const CurrentStaff = createParamDecorator((_: unknown, context: ExecutionContext): Staff => {
  const staff = known.get(context.switchToHttp().getRequest<FastifyRequest>())
  if (!staff) throw unauthorized()
  return staff
})
