import { cohortShard } from '#domain/dispatch'
import { byKey } from './byKey'
import { channelOf, openInTurn, recipientsIn, refusedOf, slotsOf } from './cohortRules'
import type { Cohorts } from './ports'

interface MemoryCohort {
  readonly header: Buffer
  readonly recipients: Buffer
  readonly chunks: Map<number, Buffer>
  readonly messageIds: Map<number, string>
  dueAtMs: number | undefined
  epoch: number
}

export function memoryCohorts(): Cohorts {
  const cohorts = new Map<string, MemoryCohort>()
  const open: Cohorts['open'] = async (id, header, recipients) => {
    if (cohorts.has(id)) return false
    cohorts.set(id, fresh(header, recipients))
    return true
  }
  return {
    open,
    openAll: openInTurn(open),
    list: async (prefix) =>
      [...cohorts]
        .filter(([id]) => id.startsWith(prefix))
        .map(([id, cohort]) => ({ id, header: Buffer.from(cohort.header), size: recipientsIn(cohort.recipients) }))
        .sort((a, b) => byKey(a.id, b.id)),
    recipients: async (id) => copyOf(cohorts.get(id)?.recipients),
    slots: async (id) => {
      const cohort = cohorts.get(id)
      return cohort && slotsOf(recipientsIn(cohort.recipients), cohort.chunks)
    },
    own: async (id, epoch) => {
      const cohort = cohorts.get(id)
      if (!cohort || cohort.epoch > epoch) return false
      cohort.epoch = epoch
      return true
    },
    writeChunks: async (writes) =>
      refusedOf(writes, ({ id, epoch, chunk, slots }) => {
        const cohort = cohorts.get(id)
        if (!cohort || cohort.epoch > epoch) return false
        cohort.chunks.set(chunk, Buffer.from(slots))
        return true
      }),
    setDue: async (id, dueAtMs) => {
      const cohort = cohorts.get(id)
      if (cohort) cohort.dueAtMs = dueAtMs
    },
    due: async (channel, shards, untilMs, limit) => dueOf(cohorts, channel, shards, untilMs).slice(0, limit),
    putMessageId: async (id, slot, messageId) => void cohorts.get(id)?.messageIds.set(slot, messageId),
    messageId: async (id, slot) => cohorts.get(id)?.messageIds.get(slot),
    drop: async (id) => void cohorts.delete(id),
  }
}

const fresh = (header: Uint8Array, recipients: Uint8Array): MemoryCohort => ({
  header: Buffer.from(header),
  recipients: Buffer.from(recipients),
  chunks: new Map(),
  messageIds: new Map(),
  dueAtMs: undefined,
  epoch: 0,
})

/** A scan: memory holds the cohorts of a test or a replay. */
function dueOf(cohorts: ReadonlyMap<string, MemoryCohort>, channel: string, shards: readonly number[], untilMs: number): string[] {
  const isTheirs = (id: string) => channelOf(id) === channel && shards.includes(cohortShard(id))
  return [...cohorts]
    .flatMap(([id, { dueAtMs }]) => (dueAtMs !== undefined && dueAtMs <= untilMs && isTheirs(id) ? [{ id, dueAtMs }] : []))
    .sort((a, b) => a.dueAtMs - b.dueAtMs || byKey(a.id, b.id))
    .map(({ id }) => id)
}

const copyOf = (bytes: Uint8Array | undefined): Buffer | undefined => bytes && Buffer.from(bytes)
