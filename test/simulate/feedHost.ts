import { type HttpResponse, NetError } from '#domain/ports'
import { type Entity, feedOf, tripUpdate } from '../libs/gtfs/feedOf'
import { startDate, townLines } from './town'
import { type Episode, delayAt, episodeAt } from './truth'
import type { Universe } from './universe'

const defects = [
  'error page', 'error page with 200', 'cut at an entity', 'cut in an entity', 'empty', 'shrunk', 'an older one', 'an hour ahead', 'doubled', 'no answer',
] as const // prettier-ignore
type Defect = (typeof defects)[number]

/** Serves the truth as GTFS-realtime, and now and then something else. */
export class FeedHost {
  /** By operator: snapshots as they were, for a server that answers with an old one. */
  private readonly old = new Map<string, Buffer[]>()

  constructor(
    private readonly universe: Universe,
    private readonly episodes: readonly Episode[],
  ) {}

  /** Throws a NetError where no answer comes. */
  answer(operator: string): HttpResponse {
    const { chance, plan, notes } = this.universe
    if (this.universe.isDown('feeds')) throw new NetError('UNREACHABLE', 'the feed is down', false)
    const at = Math.floor(this.universe.timeline.now() / 1000)
    const entities = this.entities(operator, at)
    const body = feedOf(at, entities)
    const defect = plan.feed > 0 && chance.is(plan.feed) ? chance.pick(defects) : undefined
    if (defect) notes.sometimes(`feed: ${defect}`)
    const answer = defect ? this.defective(defect, operator, at, entities, body) : ok(body)
    if (!defect) this.keep(operator, body)
    return answer
  }

  private keep(operator: string, body: Buffer): void {
    this.old.set(operator, [...(this.old.get(operator) ?? []), body].slice(-5))
  }

  private entities(operator: string, at: number): Entity[] {
    return townLines.flatMap(({ id, running, later }) => {
      const e = episodeAt(this.episodes, operator, id, at)
      const delay = e?.kind === 'late' ? delayAt(e, at) : 0
      const isGone = e?.kind === 'late' && e.vanished && e.vanished.from <= at && at < e.vanished.to
      if (isGone) this.universe.notes.sometimes('late trips vanish from the feed')
      const shown = isGone ? [] : running
      return [...shown.map((trip) => runs(trip, delay)), e?.kind === 'cancelled' ? cancelled(later) : runs(later, 0)]
    })
  }

  private defective(defect: Defect, operator: string, at: number, entities: Entity[], body: Buffer): HttpResponse {
    const { chance } = this.universe
    switch (defect) {
      case 'error page':
        return { status: 502, headers: {}, body: Buffer.from('<html>Bad Gateway</html>') }
      case 'error page with 200':
        return ok(Buffer.from('<html>Bad Gateway</html>'))
      case 'cut at an entity':
        // Decodes without an error: only the announced length, or that so much is missing, speaks against it.
        return { ...ok(feedOf(at, entities.slice(0, 3))), headers: chance.is(0.5) ? { 'content-length': String(body.length) } : {} }
      case 'cut in an entity':
        return ok(body.subarray(0, body.length - chance.whole(3, 12)))
      case 'empty':
        return ok(chance.is(0.5) ? Buffer.alloc(0) : feedOf(at, []))
      case 'shrunk':
        return ok(feedOf(at, entities.slice(0, Math.floor(entities.length * 0.4))))
      case 'an older one':
        return ok(this.old.get(operator)?.[0] ?? body)
      case 'an hour ahead':
        return ok(feedOf(at + 3600, entities))
      case 'doubled':
        return ok(feedOf(at, [...entities, ...entities]))
      case 'no answer':
        throw new NetError('TIMEOUT', 'no answer', true)
    }
  }
}

const ok = (body: Buffer): HttpResponse => ({ status: 200, headers: {}, body })

const runs = (tripId: string, delay: number): Entity =>
  tripUpdate({ tripId, startDate }, [{ stopSequence: 1, arrival: { delay }, departure: { delay } }])

const cancelled = (tripId: string): Entity => tripUpdate({ tripId, startDate, scheduleRelationship: 3 }, [])
