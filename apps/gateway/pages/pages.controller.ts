import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '#domain/ports'
import { CLOCK } from '#service/tokens'
import { Operators } from '../http/operators'
import { PublicViews } from '../public/publicViews'
import { pageLanguage } from './language'
import { operatorsPage } from './operatorsPage'
import { script, scriptPath } from './script'
import { sendPage } from './sendPage'
import { statusPage } from './statusPage'
import { style, stylePath } from './style'

const forEver = 'public, max-age=31536000, immutable'

/** The public pages, and the sheet and script that all pages share (named by their content). */
@ApiExcludeController()
@Controller()
export class PagesController {
  constructor(
    @Inject(Operators) private readonly operators: Operators,
    @Inject(PublicViews) private readonly views: PublicViews,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('s')
  operatorList(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return sendPage(reply, operatorsPage(this.views.operatorList(), pageLanguage(request)))
  }

  @Get('s/:operator')
  async status(@Param('operator') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const operator = this.operators.view(id)
    const language = pageLanguage(request, operator.languages)
    const now = Math.floor(this.clock.now() / 1000)
    return sendPage(
      reply,
      statusPage({ operator, language, now, lines: await this.views.lines(id), disruptions: this.views.disruptions(id) }),
    )
  }

  @Get(stylePath)
  style(@Res() reply: FastifyReply) {
    return reply.headers({ 'content-type': 'text/css; charset=utf-8', 'cache-control': forEver }).send(style)
  }

  @Get(scriptPath)
  script(@Res() reply: FastifyReply) {
    return reply.headers({ 'content-type': 'text/javascript; charset=utf-8', 'cache-control': forEver }).send(script)
  }
}
