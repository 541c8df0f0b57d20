import type { InRecord } from '#bus/bus'
import { observations } from '#bus/topics'
import type { Tick } from '#domain/frame'

/** First byte of an Observation that holds a tick: field 2, length-delimited (proto/linienfunk/v1/observation.proto). */
const tickTag = (2 << 3) | 2

/** The tick of a record, or undefined: frames, which are most of the bytes, are not decoded. */
export function tickOnly(record: InRecord): Tick | undefined {
  if (record.value === null || record.value[0] !== tickTag) return undefined
  try {
    const observation = observations.codec.decode(record.value)
    return observation.kind === 'tick' ? observation.tick : undefined
  } catch {
    return undefined // detect quarantines what cannot be read
  }
}
