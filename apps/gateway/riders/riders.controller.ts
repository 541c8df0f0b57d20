import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '#domain/ports'
import { CLOCK } from '#service/tokens'
import { Copies } from '../copies/copies'
import type { TelegramSettings } from '#service/settings'
import { Operators } from '../http/operators'
import { RateLimit } from '../http/rateLimit'
import { requireSameSite } from '../http/sameSite'
import type { Chosen } from '../pages/choiceFields'
import { pageLanguage } from '../pages/language'
import { seeOther, sendPage } from '../pages/sendPage'
import { checkPage, confirmPage, telegramPage } from '../pages/stepPages'
import { type SubscribeInput, subscribePage } from '../pages/subscribePage'
import { type Form, field, fields, languageOf } from './choice'
import { Links, invalidLink } from './links'
import { PendingChoices } from './pending'
import { Subscribing } from './subscribing'

/** `/r/:operator`: riders subscribe without an account and without JavaScript. */
@ApiExcludeController()
@Controller('r/:operator')
export class RidersController {
  private readonly posts: RateLimit

  constructor(
    @Inject(Operators) private readonly operators: Operators,
    @Inject(Copies) private readonly copies: Copies,
    @Inject(Subscribing) private readonly subscribing: Subscribing,
    @Inject(PendingChoices) private readonly pending: PendingChoices,
    @Inject(Links) private readonly links: Links,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.posts = new RateLimit(clock, 30, 20)
  }

  @Get()
  form(@Param('operator') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return sendPage(reply, subscribePage(this.input(id, request, preselected(request), {})))
  }

  @Post()
  async choose(@Param('operator') id: string, @Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    requireSameSite(request)
    this.posts.require(request.ip)
    const form = (body ?? {}) as Form
    const { languages } = this.operators.get(id)
    const language = pageLanguage(request, languages)
    const started = await this.subscribing.start(id, form, language)
    if (started.kind === 'errors') return sendPage(reply, subscribePage(this.input(id, request, form, started.errors)), 422)
    const next = started.kind === 'telegram' ? `telegram?t=${started.token}&` : `check?channel=${started.channel}&`
    return seeOther(reply, `/r/${id}/${next}lang=${language}`)
  }

  @Get('telegram')
  async telegram(@Param('operator') id: string, @Query('t') token: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const operator = this.operators.view(id)
    const telegram = this.operators.get(id).channels.telegram
    const pending = await this.pending.find(id, token)
    if (!telegram || pending?.channel !== 'TELEGRAM') throw invalidLink()
    const link = startLink(telegram, String(token))
    return sendPage(reply, telegramPage(operator, pageLanguage(request, operator.languages), link, pending.done))
  }

  @Get('check')
  check(@Param('operator') id: string, @Query('channel') channel: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const operator = this.operators.view(id)
    return sendPage(reply, checkPage(operator, pageLanguage(request, operator.languages), channel === 'WEBHOOK' ? 'WEBHOOK' : 'EMAIL'))
  }

  @Get('confirm')
  async confirmForm(@Param('operator') id: string, @Query('t') token: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const operator = this.operators.view(id)
    const pending = await this.pending.find(id, token)
    if (!pending || pending.channel === 'TELEGRAM') throw invalidLink()
    const names = this.subscribing.namesOf(id, pending)
    return sendPage(reply, confirmPage(operator, pageLanguage(request, operator.languages), String(token), names))
  }

  @Post('confirm')
  async confirm(@Param('operator') id: string, @Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    requireSameSite(request)
    this.posts.require(request.ip)
    this.operators.get(id)
    const rider = await this.subscribing.confirm(id, field((body ?? {}) as Form, 't'))
    return seeOther(reply, this.links.managePath(rider, 'confirmed'))
  }

  private input(id: string, request: FastifyRequest, form: Form, errors: SubscribeInput['errors']): SubscribeInput {
    const operator = this.operators.view(id)
    const language = pageLanguage(request, operator.languages)
    const channels = this.subscribing.channelsOf(id)
    const channel = field(form, 'channel') || (channels[0] ?? '')
    return {
      operator,
      language,
      channels,
      channel,
      errors,
      lines: this.copies.linesOf(id),
      chosen: chosenIn(form, languageOf(form, language)),
      email: field(form, 'email'),
      url: field(form, 'url'),
    }
  }
}

/** A code at a stop may name lines: `?line=tram-3&line=bus-12`. */
const preselected = (request: FastifyRequest): Form => ({ line: (request.query as Form).line })

function chosenIn(form: Form, language: Chosen['language']): Chosen {
  const severity = field(form, 'severity')
  return {
    directions: new Map(fields(form, 'line').map((l) => [l, Number(field(form, `direction-${l}`) || 2)])),
    times: field(form, 'times') === 'commute' ? 'commute' : 'always',
    severity: severity === 'WARNING' || severity === 'SEVERE' ? severity : 'INFO',
    language,
  }
}

const telegramStart = 'https://t.me/{bot}?start={token}'

const startLink = ({ bot, startUrl = telegramStart }: TelegramSettings, token: string): string =>
  startUrl.replace('{bot}', encodeURIComponent(bot)).replace('{token}', encodeURIComponent(token))
