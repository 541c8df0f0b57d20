import { recipientBytes } from '#domain/recipient'
import { slotBytes, slotsPerChunk } from '#domain/slot'
import type { ChunkWrite, Cohorts } from './ports'

/** The channel in a cohort's id, `operator/disruption/CHANNEL/n`: the queue that it waits in. */
export const channelOf = (id: string): string => id.split('/').at(-2) ?? ''

export const recipientsIn = (recipients: Uint8Array): number => recipients.length / recipientBytes

/** All slots of a cohort from the chunks that were ever written; the others are still zero. */
export function slotsOf(size: number, chunks: Iterable<readonly [chunk: number, bytes: Uint8Array]>): Buffer {
  const slots = Buffer.alloc(size * slotBytes)
  for (const [chunk, bytes] of chunks) {
    const at = chunk * slotsPerChunk * slotBytes
    slots.set(bytes.subarray(0, Math.max(0, slots.length - at)), Math.min(at, slots.length))
  }
  return slots
}

/** The ids whose chunks were not written, each once. */
export const refusedOf = (writes: readonly ChunkWrite[], isWritten: (write: ChunkWrite, index: number) => boolean): string[] => [
  ...new Set(writes.filter((write, index) => !isWritten(write, index)).map(({ id }) => id)),
]

/** One after the other, until one is there already. */
export const openInTurn =
  (open: Cohorts['open']): Cohorts['openAll'] =>
  async (cohorts) => {
    for (const [index, { id, header, recipients }] of cohorts.entries()) if (!(await open(id, header, recipients))) return index
    return cohorts.length
  }
