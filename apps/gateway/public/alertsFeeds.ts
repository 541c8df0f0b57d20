import { createHash } from 'node:crypto'
import { Inject, Injectable } from '@nestjs/common'
import { transit_realtime as gtfs } from 'gtfs-realtime-bindings'
import type { Clock } from '#domain/ports'
import { CLOCK } from '#service/tokens'
import { Copies } from '../copies/copies'
import { Operators } from '../http/operators'
import { alertsFeed, feedJson } from './alertsFeed'
import { isPublic } from './lineStatus'
import { Texts } from './texts'

/** The feed's timestamp moves in such steps (seconds): readers see that it is alive, and caches still match in between. */
const freshSeconds = 30

export interface BuiltFeed {
  readonly pb: Buffer
  readonly json: string
  readonly pbTag: string
  readonly jsonTag: string
}

/** The alerts feed of each operator, built once for all who ask, in both forms from the same message. */
@Injectable()
export class AlertsFeeds {
  private readonly built = new Map<string, { at: number; feed: BuiltFeed }>()

  constructor(
    @Inject(Operators) private readonly operators: Operators,
    @Inject(Copies) private readonly copies: Copies,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    copies.onChange((operator) => this.built.delete(operator))
  }

  of(operator: string): BuiltFeed {
    const now = Math.floor(this.clock.now() / 1000)
    const cached = this.built.get(operator)
    if (cached && now - cached.at < freshSeconds) return cached.feed
    const feed = this.build(operator, now)
    this.built.set(operator, { at: now, feed })
    return feed
  }

  private build(operator: string, now: number): BuiltFeed {
    const { languages } = this.operators.get(operator)
    const alerts = this.copies
      .disruptionsOf(operator)
      .filter(isPublic)
      .map((disruption) => ({
        disruption,
        texts: languages.flatMap((language) => {
          const text = this.texts.of(disruption, language)
          return text ? [{ language, headline: text.headline, body: text.body }] : []
        }),
      }))
    const message = alertsFeed(alerts, this.copies.linesOf, now)
    const pb = Buffer.from(gtfs.FeedMessage.encode(message).finish())
    const json = JSON.stringify(feedJson(message))
    return { pb, json, pbTag: tagOf(pb), jsonTag: tagOf(json) }
  }
}

const tagOf = (bytes: Buffer | string) => `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
