import { Body, Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '#domain/ports'
import type { Settings } from '#service/settings'
import { CLOCK, SETTINGS } from '#service/tokens'
import { Documented } from '../http/documented'
import { RateLimit } from '../http/rateLimit'
import { requireSameSite } from '../http/sameSite'
import { parseBody } from '../http/validate'
import { sessionBody } from './schemas'
import { Sessions } from './sessions'
import { unauthorized } from './staff.guard'
import { staffOfToken } from './staffTokens'
import { StaffViews } from './staffViews'

/** Signing in and out of the console. */
@Controller('api/v1/session')
export class SessionController {
  private readonly attempts: RateLimit

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(StaffViews) private readonly views: StaffViews,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.attempts = new RateLimit(clock, 20, 10)
  }

  @Post()
  @Documented('control room', 'Start a session of the console: sets an HttpOnly cookie', { body: sessionBody, params: {} })
  async open(@Body() body: unknown, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    requireSameSite(request)
    this.attempts.require(request.ip)
    const staff = staffOfToken(this.settings, parseBody(sessionBody, body).token)
    if (!staff) throw unauthorized()
    void reply.status(200).header('set-cookie', await this.sessions.open(staff, this.secure(request)))
    return this.views.me(staff)
  }

  /** For the console's start: not being signed in is no error there. */
  @Get()
  @Documented('control room', 'Whether this browser has a session')
  async state(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    void reply.header('cache-control', 'no-store')
    return { signedIn: (await this.sessions.find(request)) !== undefined }
  }

  @Delete()
  @Documented('control room', 'End the session', { status: 204 })
  async close(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    requireSameSite(request)
    void reply.status(204).header('set-cookie', await this.sessions.close(request, this.secure(request)))
  }

  private secure = (request: FastifyRequest) => request.protocol === 'https' || (this.settings.publicUrl?.startsWith('https:') ?? false)
}
