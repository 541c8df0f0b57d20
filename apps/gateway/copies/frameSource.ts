import type { InRecord } from '#bus/bus'

/** Tags of length-delimited fields: an Observation's frame, a Frame's operator and feed (proto/linienfunk/v1/observation.proto). */
const frameTag = (1 << 3) | 2
const operatorTag = (1 << 3) | 2
const feedTag = (2 << 3) | 2

export interface FrameSource {
  readonly operator: string
  readonly feed: string
}

/** Which feed a frame comes from; undefined for any other record. Only these two fields are read: frames are most of the bytes. */
export function frameSource({ value }: Pick<InRecord, 'value'>): FrameSource | undefined {
  if (value === null || value[0] !== frameTag) return undefined
  const operator = textAt(value, afterLength(value, 1), operatorTag)
  const feed = operator && textAt(value, operator.end, feedTag)
  return feed && { operator: operator.text, feed: feed.text }
}

/** Fields stand in the order of their numbers; ids are ASCII and shorter than 128 bytes, so that their length is one byte. */
function textAt(bytes: Uint8Array, at: number, tag: number): { text: string; end: number } | undefined {
  const length = bytes[at + 1]
  if (bytes[at] !== tag || length === undefined || length > 127) return undefined
  const end = at + 2 + length
  return end <= bytes.length ? { text: Buffer.from(bytes.subarray(at + 2, end)).toString(), end } : undefined
}

/** Behind a varint. */
function afterLength(bytes: Uint8Array, at: number): number {
  while (((bytes[at] ?? 0) & 0x80) !== 0) at++
  return at + 1
}
