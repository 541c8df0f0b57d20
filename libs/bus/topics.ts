import type { Disruption } from '#domain/disruption'
import type { Dispatch } from '#domain/dispatch'
import type { Line } from '#domain/line'
import type { Observation } from '#domain/observation'
import type { Receipt } from '#domain/receipt'
import { type ChannelName, type Rider, channelNames } from '#domain/rider'
import { cohortId } from '#domain/dispatch'
import { type Codec, codecOf } from './codec'

/** One topic: what a record is, how it is partitioned, keyed and kept. The whole contract of the bus stands in this file and in proto/. */
export interface Topic<T> {
  readonly name: string
  readonly codec: Codec<T>
  readonly partitionBy: (value: T) => string
  /** Only on compacted topics. */
  readonly key?: (value: T) => string
  readonly kept: { readonly compacted: true } | { readonly hours: number; readonly maxBytes?: number }
}

const hour = 1
const week = 7 * 24

export const observations: Topic<Observation> = {
  name: 'observations',
  codec: codecOf<Observation>('Observation'),
  partitionBy: (o) => observationOperator(o),
  kept: { hours: hour, maxBytes: 256 * 2 ** 20 },
}

export const lines: Topic<Line> = {
  name: 'lines',
  codec: codecOf<Line>('Line'),
  partitionBy: (l) => l.operator,
  key: (l) => `${l.operator}/${l.id}`,
  kept: { compacted: true },
}

export const disruptions: Topic<Disruption> = {
  name: 'disruptions',
  codec: codecOf<Disruption>('Disruption'),
  partitionBy: (d) => d.operator,
  key: (d) => `${d.operator}/${d.id}`,
  kept: { compacted: true },
}

export const riders: Topic<Rider> = {
  name: 'riders',
  codec: codecOf<Rider>('Rider'),
  partitionBy: (r) => `${r.operator}/${r.id}`,
  key: (r) => `${r.operator}/${r.id}`,
  kept: { compacted: true },
}

/** One topic a channel, so that a messenger that halts never slows another. */
export const dispatches = (channel: ChannelName): Topic<Dispatch> => dispatchTopics.get(channel) as Topic<Dispatch>

export const receipts: Topic<Receipt> = {
  name: 'receipts',
  codec: codecOf<Receipt>('Receipt'),
  partitionBy: (r) => cohortId(r),
  kept: { hours: week },
}

export const quarantine: Topic<Quarantined> = {
  name: 'quarantine',
  codec: codecOf<Quarantined>('Quarantined'),
  partitionBy: (q) => q.topic,
  kept: { hours: week },
}

/** A record that could not be read, or made its handler fail. */
export interface Quarantined {
  readonly topic: string
  readonly partition: number
  readonly position: number
  readonly group: string
  readonly reason: string
  readonly key: Uint8Array
  readonly value: Uint8Array
  /** Epoch seconds. */
  readonly at: number
}

const dispatchTopics = new Map<ChannelName, Topic<Dispatch>>(
  channelNames
    .filter((c) => c !== 'NONE')
    .map((c) => [
      c,
      { name: `dispatch.${c.toLowerCase()}`, codec: codecOf<Dispatch>('Dispatch'), partitionBy: cohortId, kept: { hours: week } },
    ]),
)

export const allTopics: readonly Topic<never>[] = [
  observations,
  lines,
  disruptions,
  riders,
  ...dispatchTopics.values(),
  receipts,
  quarantine,
] as unknown as readonly Topic<never>[]

function observationOperator(o: Observation): string {
  switch (o.kind) {
    case 'frame':
      return o.frame.operator
    case 'tick':
      return o.tick.operator
    case 'alert':
      return o.alert.operator
    case 'notice':
      return o.notice.operator
  }
}
