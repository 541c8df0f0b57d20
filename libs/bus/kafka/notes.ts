import type { Attempt, Attempts } from '../recordLog'

/** What of a lane is written to the group; `committed…` is what the group has taken. */
export interface Noting {
  /** The offset that the group's position may move to. */
  done: bigint | undefined
  committed: bigint | undefined
  /** Goes with the position, as its metadata. */
  note: string
  committedNote: string
}

/**
 * The notes of crashGuard.ts on Kafka: the metadata of the group's position in a partition, so that whoever gets the partition next reads
 * them. `commit` writes what lanes have to be written, and does not reject; `read` gives the metadata of the partition and rejects while
 * the group's coordinator cannot be asked.
 */
export function notesOn(lane: Noting, commit: () => Promise<void>, read: (partition: number) => Promise<string>): Attempts {
  return {
    find: async ({ partition }) => attemptIn(await read(partition)),
    async put(_, attempt) {
      const note = noteOf(attempt)
      lane.done = attempt.first
      lane.note = note
      await commit()
      if (lane.committed !== attempt.first || lane.committedNote !== note)
        throw new Error('The group has not taken the note of what is handled next.')
    },
    /** Not awaited: a process that dies before it is written has its next one only look more closely. */
    async drop() {
      lane.note = ''
      void commit()
    },
  }
}

const noteOf = ({ first, last, tries }: Attempt): string => `tried ${tries} ${first} ${last}`

function attemptIn(metadata: string): Attempt | undefined {
  const [, tries, first, last] = /^tried (\d+) (\d+) (\d+)$/.exec(metadata) ?? []
  return tries && first && last ? { tries: Number(tries), first: BigInt(first), last: BigInt(last) } : undefined
}
