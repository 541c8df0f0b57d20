import { type Scope, bothDirections, lineScope } from '#domain/disruption'
import type { Line } from '#domain/line'
import { Problem } from '../http/problem'
import type { LineChoice, NoticeBody } from './schemas'

/** The scopes that a notice names; throws where it names nothing, or something that this operator does not have. */
export function noticeScopes(
  body: Pick<NoticeBody, 'lines' | 'topics' | 'wholeNetwork'>,
  lineOf: (id: string) => Line | undefined,
): Scope[] {
  const named = body.lines.length + body.topics.length
  if (body.wholeNetwork && named > 0) throw invalid('wholeNetwork: cannot be combined with lines or topics')
  if (!body.wholeNetwork && named === 0) throw invalid('lines: name at least one line or topic, or set wholeNetwork')
  return [...body.lines.map((choice, i) => scopeOf(choice, i, lineOf)), ...body.topics.map((topic) => ({ ...lineScope(''), topic }))]
}

function scopeOf(choice: LineChoice, index: number, lineOf: (id: string) => Line | undefined): Scope {
  const line = lineOf(choice.line)
  if (!line)
    throw new Problem(404, 'NOT_FOUND', `lines.${index}.line: there is no such line.`, 'GET /api/v1/operators/{id}/lines lists them.')
  if ((choice.fromStop === '') !== (choice.toStop === '')) throw invalid(`lines.${index}: a section needs fromStop and toStop`)
  for (const stop of [choice.fromStop, choice.toStop])
    if (stop !== '' && !line.stops.some((s) => s.id === stop)) throw invalid(`lines.${index}: the line has no stop ${JSON.stringify(stop)}`)
  return { ...lineScope(line.id, choice.direction ?? bothDirections), fromStop: choice.fromStop, toStop: choice.toStop }
}

const invalid = (detail: string) => new Problem(400, 'BODY_INVALID', detail, 'See /openapi.json for what is expected.')
