import { riders } from '#bus/topics'
import type { Rider } from '#domain/rider'
import type { State, StoredRider } from '#store/ports'

/** So long may the matcher be away without a later change of the same rider losing an earlier one. */
const keptMs = 24 * 3_600_000
const positionBytes = 8

/** Changes that are durable in the topic, but that the matcher had not applied when their editor gave up waiting. */
export interface UnappliedEdits {
  keep(rider: Pick<Rider, 'operator' | 'id'>, position: bigint, after: Rider | undefined, nowMs: number): Promise<void>
  /** Of an erased rider nothing stays. */
  forget(rider: Pick<Rider, 'operator' | 'id'>): Promise<void>
  /** The newer one of what is applied and what is kept; undefined: there is no rider (any more). */
  newest(operator: string, id: string, applied: StoredRider | undefined): Promise<Rider | undefined>
}

export function unappliedEdits(state: State): UnappliedEdits {
  return {
    keep: ({ operator, id }, position, after, nowMs) => {
      const head = Buffer.alloc(positionBytes)
      head.writeBigUInt64LE(position)
      const value = Buffer.concat([head, after ? riders.codec.encode(after) : Buffer.alloc(0)])
      return state.putMany([{ key: keyOf(operator, id), value, expiresAtMs: nowMs + keptMs }])
    },
    forget: ({ operator, id }) => state.putMany([{ key: keyOf(operator, id), value: undefined }]),
    async newest(operator, id, applied) {
      const [kept] = await state.getMany([keyOf(operator, id)])
      if (kept && (!applied || kept.readBigUInt64LE(0) > applied.position)) return decoded(kept.subarray(positionBytes))
      return applied && decoded(applied.record)
    },
  }
}

const keyOf = (operator: string, id: string): string => `gateway/unapplied/${operator}/${id}`
/** Nothing: an erasure. */
const decoded = (bytes: Buffer): Rider | undefined => (bytes.length === 0 ? undefined : riders.codec.decode(bytes))
