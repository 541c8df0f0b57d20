import { newest } from '#domain/disruption'
import type { Slotted } from './collect'
import type { IssuedNotice } from './people'
import type { SimArrival } from './messengers'
import { type RiderTimes, wants } from './riderTimes'
import type { Story } from './told'
import { townLines } from './town'
import { type Episode, delayAt, episodeAt, schedule } from './truth'

export interface TruthViolation {
  /**
   * T1: told of what was not so. T2: all-clear although it was not over. T3: not told. T4: told after STOP. T5: not told, as if a
   * rider who is there had gone.
   */
  readonly law: 'T1' | 'T2' | 'T3' | 'T4' | 'T5'
  readonly detail: string
}

export interface TruthQuestion {
  readonly stories: readonly Story[]
  readonly episodes: readonly Episode[]
  readonly notices: readonly IssuedNotice[]
  readonly dismissed: ReadonlySet<string>
  readonly times: RiderTimes
  readonly arrivals: readonly SimArrival[]
  readonly slots: readonly Slotted[]
}

export const truthLaws = (q: TruthQuestion): TruthViolation[] => [
  ...q.stories.flatMap((s) => (s.fullest.rule === 'NOTICE' ? noticeLaw(s, q) : detectedLaw(s, q))),
  ...toldLaw(q),
  ...stopLaw(q),
  ...goneLaw(q),
]

/** Judged by feed time: what the feed said at a second is what the truth was then. */
function detectedLaw(story: Story, { episodes, dismissed }: TruthQuestion): TruthViolation[] {
  const { operator, id, fullest } = story
  const line = story.lines[0] ?? ''
  const kind = fullest.rule === 'DELAY' ? 'late' : 'cancelled'
  const isSo = (at: number) => episodeAt(episodes, operator, line, at)?.kind === kind
  const opened = story.records.find(({ value }) => value?.state === 'OPEN')?.value
  const wrong: TruthViolation[] = []
  if (opened && !isSo(opened.openedAt)) wrong.push({ law: 'T1', detail: `${operator}/${id} opened, and the line ran as it should` })
  const clear = fullest.revisions.find((r) => r.closing)
  if (clear && isSo(clear.at) && !dismissed.has(`${operator}/${id}`)) wrong.push({ law: 'T2', detail: `${operator}/${id} has an all-clear, and it was not over` }) // prettier-ignore
  return wrong
}

function noticeLaw({ operator, id, fullest }: Story, { notices }: TruthQuestion): TruthViolation[] {
  const notice = notices.find((n) => n.operator === operator && n.id === id)
  if (!notice) return [{ law: 'T1', detail: `${operator}/${id} was never issued` }]
  const clear = fullest.revisions.find((r) => r.closing)
  const isWrong = clear !== undefined && (notice.clearedAt === undefined || clear.at < notice.clearedAt)
  return isWrong ? [{ law: 'T2', detail: `${operator}/${id} has an all-clear that staff never gave` }] : []
}

/** How long detection may need when all is well: two snapshots, and one that came just before. */
const detectionSeconds = 120

/** A delay that lasts long after all faults is an open, told disruption, and it ends. */
function toldLaw({ stories, episodes, dismissed }: TruthQuestion): TruthViolation[] {
  const wrong: TruthViolation[] = []
  for (const e of episodes.filter((e) => e.kind === 'late' && e.to >= schedule.healed + 300)) {
    const from = Math.max(e.from, schedule.healed) + detectionSeconds
    const own = stories.filter((s) => s.operator === e.operator && s.fullest.rule === 'DELAY' && s.lines.includes(e.line))
    if (own.some((s) => dismissed.has(`${s.operator}/${s.id}`))) continue
    const isOpen = own.some((s) => stateAt(s, from)?.state === 'OPEN' && stateAt(s, from)?.publication === 'TOLD')
    if (!isOpen) wrong.push({ law: 'T3', detail: `${e.operator}/${e.line} is ${delayAt(e, from)} s late, and no disruption says so` })
  }
  for (const s of stories.filter((s) => s.last && s.last.state !== 'CLOSED' && s.fullest.rule !== 'CANCELLED')) {
    wrong.push({ law: 'T3', detail: `${s.operator}/${s.id} is still ${s.last?.state} (revision ${newest(s.last!)?.number ?? 0})` })
  }
  return wrong
}

const stateAt = (story: Story, second: number) => story.records.findLast((r) => r.atMs <= second * 1000)?.value

/** A request is made with what was read just before; only who was frozen in between may be later. */
const stopSeconds = 5

function stopLaw({ times, arrivals }: TruthQuestion): TruthViolation[] {
  return times.all().flatMap(({ operator, id, standings }) => {
    const last = standings.at(-1)
    const anyLine = (rider: typeof last) => townLines.some((l) => wants(rider?.rider, l.id))
    if (!last || anyLine(last)) return []
    const number = standings.findLast((s) => s.rider)?.rider?.number ?? 0
    const own = arrivals.filter((a) => a.operator === operator && a.address === times.nameOf(operator, number, a.channel))
    const late = own.filter((a) => a.madeAtMs > last.atMs + stopSeconds * 1000 && a.life.thawedAt < last.atMs)
    return late.map((a): TruthViolation => ({ law: 'T4', detail: `${operator}/${id} was told ${a.disruption}@${a.revision} ${Math.round((a.madeAtMs - last.atMs) / 1000)} s after STOP` })) // prettier-ignore
  })
}

/** A slot ends as erased or stopped only when its rider has gone: not when the rider's own record is merely later than the page. */
function goneLaw({ slots, times, stories }: TruthQuestion): TruthViolation[] {
  const gone = slots.filter((s) => (s.reason === 'ERASED' || s.reason === 'STOPPED') && s.told === 0)
  return gone.flatMap((s): TruthViolation[] => {
    const lines = stories.find((story) => story.operator === s.operator && story.id === s.disruption)?.lines ?? []
    const since = times.standings(s.operator, times.idOf(s.operator, s.rider) ?? '').filter((standing) => standing.atMs >= s.openedAtMs)
    const isHere = since.length > 0 && since.every(({ rider }) => rider?.number === s.rider && lines.some((line) => wants(rider, line)))
    return isHere ? [{ law: 'T5', detail: `${s.operator}/${s.disruption} is kept from ${s.address} as if ${s.reason}` }] : []
  })
}
