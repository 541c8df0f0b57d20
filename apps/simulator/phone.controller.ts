import { All, Body, Controller, ForbiddenException, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { bubbleItem } from './pages/bubble'
import { readGesture } from './phone/gesture'
import type { Phone } from './phone/phone'
import { chatView, knownPerson } from './phone/chatView'
import type { Parameters } from './phone/wire'
import { PHONE } from './tokens'

/** The messenger's servers (for bots) and the phone in a person's hand (for the page). */
@ApiExcludeController()
@Controller('phone')
export class PhoneController {
  constructor(@Inject(PHONE) private readonly phone: Phone) {}

  /** The Bot API takes parameters from the query as well as from the body, by GET or POST. */
  @All('bot:token/:method')
  async call(
    @Param('token') token: string,
    @Param('method') method: string,
    @Query() query: Parameters,
    @Body() body: Parameters | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const gone = new AbortController()
    reply.raw.on('close', () => gone.abort())
    const answer = await this.phone.call(token, method, { ...query, ...body }, gone.signal)
    void reply.status(answer.status).send(answer.body)
  }

  @Get('messages.json')
  messages() {
    return this.phone.messages().map(({ at, chat, text }) => ({ at, chat, text }))
  }

  /** For the page's script: the chat of a person as markup, bubble by bubble. */
  @Get('chat.json')
  chat(@Query('person') name: string | undefined) {
    const person = knownPerson(name)
    const view = chatView(this.phone, person)
    const bubbles = view.bubbles.map((b) => ({ id: b.id, html: bubbleItem(b, this.phone.bots, person.name, person.language).markup }))
    return { ...view, bubbles }
  }

  /** A visitor types, presses a button, or blocks a bot. A page of another site may not. */
  @Post('say')
  async say(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const site = request.headers['sec-fetch-site']
    if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new ForbiddenException()
    const gesture = readGesture(body, this.phone.bots)
    if (gesture) await gesture.apply(this.phone)
    const wantsPage = String(request.headers.accept ?? '').includes('text/html')
    if (wantsPage)
      void reply
        .status(303)
        .header('location', gesture?.back ?? '/phone')
        .send()
    else void reply.status(gesture ? 200 : 400).send({ ok: gesture !== undefined })
  }
}
