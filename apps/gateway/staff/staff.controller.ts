import { Body, Controller, Get, Headers, Inject, Param, Post, Res, UseGuards } from '@nestjs/common'
import type { FastifyReply } from 'fastify'
import { Documented } from '../http/documented'
import { parseBody } from '../http/validate'
import { type Answer, Idempotency } from './idempotency'
import { Notices } from './notices'
import { Preview } from './preview'
import { clearBody, confirmBody, dismissBody, noticeBody, updateBody } from './schemas'
import { CurrentStaff, StaffGuard } from './staff.guard'
import type { Staff } from './staffTokens'
import { StaffViews } from './staffViews'
import { textList } from './draftDisruption'

const key = 'idempotency-key'
const act = { staff: true, idempotent: true, params: { id: 'Id of the disruption' } } as const

/** The control room. Everything is the operator's of the credential; ids of others do not exist here. */
@Controller('api/v1')
@UseGuards(StaffGuard)
export class StaffController {
  constructor(
    @Inject(StaffViews) private readonly views: StaffViews,
    @Inject(Preview) private readonly previews: Preview,
    @Inject(Notices) private readonly notices: Notices,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
  ) {}

  @Get('me')
  @Documented('control room', 'Who you are, and how your feeds are', { staff: true })
  me(@CurrentStaff() staff: Staff) {
    return this.views.me(staff)
  }

  @Get('disruptions')
  @Documented('control room', 'All disruptions with evidence, audience and delivery', { staff: true })
  disruptions(@CurrentStaff() staff: Staff) {
    return this.views.disruptions(staff)
  }

  @Post('notices/preview')
  @Documented('control room', 'Texts and audience of a notice; sends nothing', { staff: true, body: noticeBody, params: {} })
  async preview(@CurrentStaff() staff: Staff, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply) {
    void reply.status(200)
    return this.previews.of(staff, parseBody(noticeBody, body))
  }

  @Post('notices')
  @Documented('control room', 'Issue a notice: it becomes a disruption and is told to its riders', {
    staff: true,
    idempotent: true,
    body: noticeBody,
    params: {},
    status: 201,
  })
  issue(
    @CurrentStaff() staff: Staff,
    @Body() body: unknown,
    @Headers(key) k: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const notice = parseBody(noticeBody, body)
    return this.once(staff, k, ['issue', notice], reply, (seed) => this.notices.issue(staff, notice, seed))
  }

  @Post('notices/:id/update')
  @Documented('control room', 'Change what a disruption says; only those who were told hear of it', { ...act, body: updateBody })
  update(
    @CurrentStaff() staff: Staff,
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers(key) k: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const change = parseBody(updateBody, body)
    return this.once(staff, k, ['update', id, change], reply, (seed) => this.notices.update(staff, id, change, seed))
  }

  @Post('notices/:id/clear')
  @Documented('control room', 'End a disruption, own or detected: the all-clear goes to those who were told', { ...act, body: clearBody })
  clear(
    @CurrentStaff() staff: Staff,
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers(key) k: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    parseBody(clearBody, body ?? {})
    return this.once(staff, k, ['clear', id], reply, (seed) => this.notices.clear(staff, id, seed))
  }

  @Post('disruptions/:id/confirm')
  @Documented('control room', 'Tell what was detected', { ...act, body: confirmBody })
  confirm(
    @CurrentStaff() staff: Staff,
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers(key) k: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const texts = textList(parseBody(confirmBody, body).texts)
    return this.once(staff, k, ['confirm', id, texts], reply, (seed) => this.notices.confirm(staff, id, texts, seed))
  }

  @Post('disruptions/:id/dismiss')
  @Documented('control room', 'Do not tell what was detected', { ...act, body: dismissBody })
  dismiss(
    @CurrentStaff() staff: Staff,
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers(key) k: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { reason } = parseBody(dismissBody, body)
    return this.once(staff, k, ['dismiss', id, reason], reply, (seed) => this.notices.dismiss(staff, id, reason, seed))
  }

  private async once(staff: Staff, key: string | undefined, request: unknown, reply: FastifyReply, act: (seed: string) => Promise<Answer>) {
    const answer = await this.idempotency.once(staff.operator, key, request, act)
    void reply.status(answer.status)
    return answer.body
  }
}
