import { Inject, Injectable } from '@nestjs/common'
import type { Bus } from '#bus/bus'
import { observations } from '#bus/topics'
import { publish } from '#bus/typed'
import type { Disruption } from '#domain/disruption'
import type { Notice, NoticeAct } from '#domain/observation'
import type { Clock } from '#domain/ports'
import { BUS, CLOCK } from '#service/tokens'
import { Copies } from '../copies/copies'
import { untilChanged } from '../copies/untilChanged'
import { Problem, notFound } from '../http/problem'
import type { Answer } from './idempotency'
import { noticeScopes } from './noticeScopes'
import type { NoticeBody, UpdateBody } from './schemas'
import type { Staff } from './staffTokens'
import { StaffViews } from './staffViews'
import { textList } from './draftDisruption'

const waitMs = 2000

/** What staff do becomes a notice in `observations`; detect makes or changes the disruption, and the answer waits until that shows. */
@Injectable()
export class Notices {
  constructor(
    @Inject(BUS) private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Copies) private readonly copies: Copies,
    @Inject(StaffViews) private readonly views: StaffViews,
  ) {}

  async issue(staff: Staff, body: NoticeBody, seed: string): Promise<Answer> {
    const scopes = noticeScopes(body, (id) => this.copies.line(staff.operator, id))
    const { effect, cause, severity, until, publishAt } = body
    const disruption = `notice-${seed.slice(0, 20)}`
    const notice = {
      ...this.notice(staff, 'ISSUE', disruption, seed),
      scopes,
      effect,
      cause,
      severity,
      until,
      publishAt,
      texts: textList(body.texts),
    }
    return this.send(notice, (d) => d !== undefined, 201)
  }

  async update(staff: Staff, id: string, body: UpdateBody, seed: string): Promise<Answer> {
    const before = this.going(staff, id)
    if (before.state === 'SUSPECTED') throw onlySuspected()
    const { effect, cause, severity } = { ...before, ...body }
    const until = body.until ?? before.revisions.at(-1)?.declaredEnd ?? 0
    const texts = body.texts ? textList(body.texts) : before.texts
    const notice = { ...this.notice(staff, 'UPDATE', id, seed), scopes: before.scopes, effect, cause, severity, until, texts }
    return this.send(notice, (d) => d !== before, 200)
  }

  clear = (staff: Staff, id: string, seed: string) => this.decide(staff, 'CLEAR', id, [], seed, (d) => d?.state === 'CLOSED')
  async confirm(staff: Staff, id: string, texts: Notice['texts'], seed: string): Promise<Answer> {
    this.going(staff, id)
    return this.decide(staff, 'CONFIRM', id, texts, seed, (d) => d?.publication === 'TOLD' || d?.publication === 'SCHEDULED')
  }
  /** The reason stands in the author's line: `name (false-data)`. */
  dismiss = (staff: Staff, id: string, reason: string, seed: string) =>
    this.decide(
      { ...staff, name: `${staff.name} (${reason})` },
      'DISMISS',
      id,
      [],
      seed,
      (d) => d?.publication === 'WITHDRAWN' || d?.state === 'CLOSED',
    )

  private async decide(
    staff: Staff,
    act: NoticeAct,
    id: string,
    texts: Notice['texts'],
    seed: string,
    shows: (d: Disruption | undefined) => boolean,
  ): Promise<Answer> {
    const { scopes, effect, cause, severity } = this.existing(staff, id)
    return this.send({ ...this.notice(staff, act, id, seed), scopes, effect, cause, severity, texts }, shows, 200)
  }

  /** Throws 404 for an id of another operator as for one that does not exist. */
  private existing(staff: Staff, id: string): Disruption {
    const found = this.copies.disruption(staff.operator, id)
    if (!found) throw notFound('disruption')
    return found
  }

  /** One that has not ended; else 409, at once: detect would change nothing. */
  private going(staff: Staff, id: string): Disruption {
    const found = this.existing(staff, id)
    if (found.state === 'CLOSED' || found.publication === 'WITHDRAWN') throw ended()
    return found
  }

  private notice(staff: Staff, act: NoticeAct, disruption: string, seed: string) {
    const at = Math.floor(this.clock.now() / 1000)
    return {
      operator: staff.operator,
      id: `${act.toLowerCase()}-${seed.slice(0, 32)}`,
      disruption,
      act,
      at,
      author: staff.name,
      until: 0,
      publishAt: 0,
    }
  }

  /** 202 where detect has not answered in two seconds: the notice is durable and will be acted on. */
  private async send(notice: Notice, shows: (d: Disruption | undefined) => boolean, status: number): Promise<Answer> {
    await publish(this.bus, observations, [{ kind: 'notice', notice }])
    const now = () => this.copies.disruption(notice.operator, notice.disruption)
    const shown = await untilChanged(this.copies, this.clock, notice.operator, () => shows(now()), waitMs)
    const disruption = now()
    const body = { id: notice.disruption, disruption: disruption && (await this.views.disruption(disruption)) }
    return { status: shown ? status : 202, body }
  }
}

const ended = () => new Problem(409, 'DISRUPTION_ENDED', 'This disruption has ended.', 'Issue a new notice.')
const onlySuspected = () =>
  new Problem(
    409,
    'NOT_POSSIBLE_NOW',
    'This disruption is only suspected: there is nothing to update yet.',
    'Wait until it opens, or dismiss it.',
  )
