import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { parseWebhookAddress } from '#channels/webhookAddress'
import type { Clock } from '#domain/ports'
import { type Rider, lineScopeKey } from '#domain/rider'
import { CLOCK } from '#service/tokens'
import { TelegramApi } from '../chat/telegramApi'
import { Copies } from '../copies/copies'
import { Operators } from '../http/operators'
import { RateLimit } from '../http/rateLimit'
import { requireSameSite } from '../http/sameSite'
import { pageLanguage } from '../pages/language'
import { type ManageInput, managePage } from '../pages/managePage'
import { seeOther, sendPage } from '../pages/sendPage'
import { erasedPage, stopPage } from '../pages/stepPages'
import { pageWords } from '../pages/wordsOf'
import { type FieldErrors, type Form, field, readChoice } from './choice'
import { paused, replaced, resumed, speaking, stopped } from './edits'
import { Links, invalidLink } from './links'
import { ownData } from './ownData'
import { type Edit, RiderDesk } from './riderDesk'

/** What a rider does behind the signed link. A GET changes nothing; every POST comes from our own page, or is a mail program's one-click stop. */
@ApiExcludeController()
@Controller('r/:operator')
export class ManageController {
  private readonly posts: RateLimit

  constructor(
    @Inject(Operators) private readonly operators: Operators,
    @Inject(Copies) private readonly copies: Copies,
    @Inject(RiderDesk) private readonly desk: RiderDesk,
    @Inject(Links) private readonly links: Links,
    @Inject(TelegramApi) private readonly telegram: TelegramApi,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.posts = new RateLimit(clock, 60, 60)
  }

  @Get('manage')
  async show(@Param('operator') id: string, @Query('t') token: unknown, @Query('done') done: unknown, @Res() reply: FastifyReply) {
    this.operators.get(id)
    const rider = await this.links.riderOf(id, token)
    return sendPage(reply, managePage(this.input(rider, String(token), typeof done === 'string' ? done : '', {})))
  }

  @Post('manage')
  async save(
    @Param('operator') id: string,
    @Query('t') token: unknown,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const rider = await this.own(id, token, request)
    const lines = this.copies.linesOf(id)
    const channel = rider.addresses[0]?.channel ?? 'NONE'
    const { choice, errors } = readChoice((body ?? {}) as Form, lines, channel, rider.language, rider.subscriptions)
    if (Object.keys(errors).length > 0) return sendPage(reply, managePage(this.input(rider, String(token), '', errors)), 422)
    const scopes = new Set(lines.map((l) => lineScopeKey(l.id)))
    return this.done(rider, reply, 'saved', (r) => {
      const others = r.subscriptions.filter((s) => !scopes.has(s.scope))
      return speaking(replaced(r, [...choice.subscriptions, ...others]), choice.language)
    })
  }

  @Post('manage/pause')
  async pause(
    @Param('operator') id: string,
    @Query('t') token: unknown,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const rider = await this.own(id, token, request)
    const days = Math.min(365, Math.max(0, Math.floor(Number(field((body ?? {}) as Form, 'value')) || 0)))
    return this.done(rider, reply, days > 0 ? 'paused' : 'resumed', (r) => paused(r, days > 0 ? this.now() + days * 86_400 : 0))
  }

  @Post('manage/halt')
  async halt(@Param('operator') id: string, @Query('t') token: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.done(await this.own(id, token, request), reply, 'stopped', (r) => stopped(r, this.now(), 'web'))
  }

  @Post('manage/start')
  async start(@Param('operator') id: string, @Query('t') token: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.done(await this.own(id, token, request), reply, 'started', (r) => resumed(r, this.now(), 'web'))
  }

  @Post('manage/data')
  async data(@Param('operator') id: string, @Query('t') token: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const rider = await this.own(id, token, request)
    const headers = { 'content-disposition': 'attachment; filename="linienfunk.json"', 'cache-control': 'no-store' }
    return reply
      .headers(headers)
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(ownData(rider, this.desk.addressOf(rider)), undefined, 2))
  }

  @Post('manage/erase')
  async erase(@Param('operator') id: string, @Query('t') token: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const rider = await this.own(id, token, request)
    const at = this.desk.addressOf(rider)
    await this.desk.change(id, rider.id, () => undefined)
    if (at?.channel === 'TELEGRAM') void this.telegram.say(id, at.address, pageWords(rider.language).erased)
    return seeOther(reply, `/r/${id}/erased?lang=${rider.language}`)
  }

  @Get('erased')
  erased(@Param('operator') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const operator = this.operators.view(id)
    return sendPage(reply, erasedPage(operator, pageLanguage(request, operator.languages)))
  }

  @Get('unsubscribe')
  async stopForm(@Param('operator') id: string, @Query('t') token: unknown, @Res() reply: FastifyReply) {
    const operator = this.operators.view(id)
    const rider = await this.links.unsubscriberOf(id, token)
    return sendPage(reply, stopPage(operator, rider.language, String(token), false))
  }

  /** RFC 8058: mail programs post here without cookies and from anywhere; the token is what counts, and it can only stop. */
  @Post('unsubscribe')
  async stop(@Param('operator') id: string, @Query('t') token: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    this.posts.require(request.ip)
    const operator = this.operators.view(id)
    const rider = await this.links.unsubscriberOf(id, token)
    await this.desk.change(id, rider.id, (r) => stopped(r, this.now(), 'web'))
    return sendPage(reply, stopPage(operator, rider.language, String(token), true))
  }

  private async own(operator: string, token: unknown, request: FastifyRequest): Promise<Rider> {
    requireSameSite(request)
    this.posts.require(request.ip)
    this.operators.get(operator)
    return this.links.riderOf(operator, token)
  }

  private async done(rider: Rider, reply: FastifyReply, what: string, edit: Edit) {
    const after = await this.desk.change(rider.operator, rider.id, edit)
    if (!after) throw invalidLink()
    return seeOther(reply, this.links.managePath(after, what))
  }

  private input(rider: Rider, token: string, done: string, errors: FieldErrors): ManageInput {
    const at = this.desk.addressOf(rider)
    const endpoint = at?.channel === 'WEBHOOK' ? parseWebhookAddress(at.address) : undefined
    return {
      rider,
      token,
      done,
      errors,
      operator: this.operators.view(rider.operator),
      language: rider.language,
      lines: this.copies.linesOf(rider.operator),
      channel: at?.channel === 'EMAIL' || at?.channel === 'WEBHOOK' ? at.channel : 'TELEGRAM',
      address: endpoint?.url ?? at?.address ?? '',
      secret: endpoint?.secret,
      now: this.now(),
    }
  }

  private now = () => Math.floor(this.clock.now() / 1000)
}
