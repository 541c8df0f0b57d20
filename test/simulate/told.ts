import { disruptions } from '#bus/topics'
import { type Disruption, linesOf } from '#domain/disruption'
import type { Broker } from './broker'

/** A disruption with all its records, in the order of the topic. */
export interface Story {
  readonly operator: string
  readonly id: string
  readonly records: readonly { readonly atMs: number; readonly value: Disruption | undefined }[]
  readonly last: Disruption | undefined
  /** With the most revisions: what was ever said of it. */
  readonly fullest: Disruption
  /** Every line that any record names. */
  readonly lines: readonly string[]
  /** Records in which riders may be told of it. */
  readonly tellable: readonly { readonly atMs: number; readonly value: Disruption }[]
}

export function storiesOf(broker: Broker): Story[] {
  const records = broker.appended.flatMap(({ topic, atMs, record }) =>
    topic === disruptions.name && record.key !== undefined ? [{ key: record.key, atMs, value: decoded(record.value) }] : [],
  )
  return [...Map.groupBy(records, (r) => r.key)].flatMap(([key, own]) => {
    const values = own.flatMap(({ value }) => value ?? [])
    if (values.length === 0) return []
    const fullest = values.reduce((most, next) => (next.revisions.length >= most.revisions.length ? next : most))
    const slash = key.indexOf('/')
    const tellable = own.flatMap(({ atMs, value }) => (value && isTold(value) ? [{ atMs, value }] : []))
    const lines = [...new Set(values.flatMap((v) => [...linesOf(v), ...v.revisions.flatMap(linesOf)]))]
    return [{ operator: key.slice(0, slash), id: key.slice(slash + 1), records: own, last: own.at(-1)?.value, fullest, lines, tellable }]
  })
}

const isTold = (d: Disruption): boolean =>
  d.state === 'OPEN' && d.revisions.length > 0 && (d.publication === 'TOLD' || d.publication === 'SCHEDULED')

/** undefined: a tombstone, or bytes that are no disruption. */
function decoded(value: Uint8Array | null): Disruption | undefined {
  try {
    return value ? disruptions.codec.decode(value) : undefined
  } catch {
    return undefined
  }
}
