import { slotBytes, slotsPerChunk } from '#domain/slot'
import { byKey } from '../byKey'
import { recipientsIn } from '../cohortRules'
import type { ChunkWrite, CohortEntry, CohortPut, Cohorts } from '../ports'
import { slotsPerMessages } from './cohortsLua'
import { cohortParts, type Keys } from './keys'
import type { Link } from './link'
import { bytesOf, listOf, numberOf, pairsOf, scoresOf } from './replies'

export function redisCohorts(link: Link, keys: Keys): Cohorts {
  const bytes = async (key: string) => bytesOf(await link.command(key, 'GET', key))
  return {
    open: async (id, header, recipients) => (await openAll(link, keys, [{ id, header, recipients }])) === 1,
    openAll: (cohorts) => openAll(link, keys, cohorts),
    list: (prefix) => listCohorts(link, keys, prefix),
    recipients: (id) => bytes(keys.cohort(id).recipients),
    slots: (id) => bytes(keys.cohort(id).slots),
    own: async (id, epoch) => {
      const { list, owners, name } = keys.cohort(id)
      return (await link.call('ownCohort', [list, owners], name, String(epoch))) === 1
    },
    writeChunks: async (writes) => {
      const refused = await Promise.all(byDisruption(writes).map((group) => writeChunks(link, keys, group)))
      return [...new Set(refused.flat())]
    },
    setDue: (id, dueAtMs) => setDue(link, keys, id, dueAtMs),
    due: async (channel, shards, untilMs, limit) => {
      const found = await Promise.all(shards.map((shard) => dueIn(link, keys.due(channel, shard), untilMs, limit)))
      return found.flat().sort((a, b) => a.dueAtMs - b.dueAtMs || byKey(a.id, b.id)).slice(0, limit).map(({ id }) => id) // prettier-ignore
    },
    putMessageId: async (id, slot, messageId) => {
      const { slots, messages } = keys.cohort(id)
      await link.call('putMessage', [slots, messages(Math.floor(slot / slotsPerMessages))], String(slot), messageId)
    },
    messageId: async (id, slot) => {
      const messages = keys.cohort(id).messages(Math.floor(slot / slotsPerMessages))
      return bytesOf(await link.command(messages, 'HGET', messages, String(slot)))?.toString()
    },
    drop: (id) => drop(link, keys, id),
  }
}

/** As long as the answer takes, the bytes are read: they are not copied. */
async function openAll(link: Link, keys: Keys, cohorts: readonly CohortPut[]): Promise<number> {
  const [first] = cohorts
  if (!first) return 0
  const places = cohorts.map(({ id }) => keys.cohort(id))
  const args = cohorts.flatMap(({ header, recipients }, i) => [places[i]?.name ?? '', String(recipientsIn(recipients)), viewOf(header), viewOf(recipients)]) // prettier-ignore
  const keysOfAll = places.flatMap(({ recipients, slots }) => [recipients, slots])
  const opened = numberOf(await link.call('openCohorts', [keys.cohort(first.id).list, ...keysOfAll], ...args))
  await note(link, keys, first.id)
  return opened
}

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Disruptions by operator, for prefixes that name no disruption. After the cohort: whoever finds it there already notes it again. */
async function note(link: Link, keys: Keys, id: string): Promise<void> {
  const { operator, disruption } = cohortParts(id)
  await link.command(keys.disruptions(operator), 'SADD', keys.disruptions(operator), disruption)
}

/** The prefix has to name the operator: there is no list of all of them. */
async function listCohorts(link: Link, keys: Keys, prefix: string): Promise<CohortEntry[]> {
  if (!prefix.includes('/')) throw new RangeError(`cohorts: the prefix names no operator: ${prefix}`)
  const { operator, disruption, name } = cohortParts(prefix)
  const isWhole = prefix.startsWith(`${operator}/${disruption}/`)
  const disruptions = isWhole ? [disruption] : await disruptionsOf(link, keys, operator, disruption)
  const lists = await Promise.all(disruptions.map((each) => listDisruption(link, keys, operator, each, isWhole ? name : '')))
  return lists.flat().sort((a, b) => byKey(a.id, b.id))
}

async function disruptionsOf(link: Link, keys: Keys, operator: string, prefix: string): Promise<string[]> {
  const key = keys.disruptions(operator)
  const all = await link.command(key, 'SMEMBERS', key)
  return listOf(all instanceof Set ? [...all] : all).map(String).filter((each) => each.startsWith(prefix)) // prettier-ignore
}

async function listDisruption(link: Link, keys: Keys, operator: string, disruption: string, name: string): Promise<CohortEntry[]> {
  const found = await link.call('listCohorts', [keys.cohorts(operator, disruption)], name)
  return pairsOf(found).map(([name, value]) => ({
    id: `${operator}/${disruption}/${name.toString()}`,
    header: value.subarray(4),
    size: value.readUInt32LE(0),
  }))
}

/** Cohorts of a disruption share a slot of the Cluster: their chunks go as one step. */
function byDisruption(writes: readonly ChunkWrite[]): ChunkWrite[][] {
  const groups = Map.groupBy(writes, ({ id }) => `${cohortParts(id).operator}/${cohortParts(id).disruption}`)
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / mostChunks) }, (_, i) => group.slice(i * mostChunks, (i + 1) * mostChunks)),
  )
}

/** 64 × 2 KiB, so that no step holds up the server. */
const mostChunks = 64
const chunkBytes = slotsPerChunk * slotBytes

/** All of one disruption; answers the ids that were refused. */
async function writeChunks(link: Link, keys: Keys, writes: readonly ChunkWrite[]): Promise<string[]> {
  const cohorts = writes.map(({ id }) => keys.cohort(id))
  const args = writes.flatMap(({ epoch, chunk, slots }, i) => [
    cohorts[i]?.name ?? '',
    String(epoch),
    String(chunk * chunkBytes),
    Buffer.from(slots),
  ])
  const { owners } = keys.cohort(writes[0]?.id ?? '')
  const refused = listOf(await link.call('writeChunks', [owners, ...cohorts.map(({ slots }) => slots)], ...args)).map(String)
  return writes.flatMap(({ id }, i) => (refused.includes(cohorts[i]?.name ?? '') ? [id] : []))
}

async function dueIn(link: Link, due: string, untilMs: number, limit: number): Promise<{ id: string; dueAtMs: number }[]> {
  const found = await link.command(due, 'ZRANGE', due, '-inf', String(untilMs), 'BYSCORE', 'LIMIT', '0', String(limit), 'WITHSCORES')
  return scoresOf(found).map(([id, dueAtMs]) => ({ id, dueAtMs }))
}

/** The queue of a channel is in another slot of the Cluster than the cohort: a cohort dropped meanwhile must not stay in it. */
async function setDue(link: Link, keys: Keys, id: string, dueAtMs: number | undefined): Promise<void> {
  const { due, slots } = keys.cohort(id)
  const isThere = async () => (await link.command(slots, 'EXISTS', slots)) === 1
  if (dueAtMs !== undefined && (await isThere())) {
    await link.command(due, 'ZADD', due, String(dueAtMs), id)
    if (await isThere()) return
  }
  await link.command(due, 'ZREM', due, id)
}

/** Out of the queue first: what is left after a crash is listed still and gets dropped again. */
async function drop(link: Link, keys: Keys, id: string): Promise<void> {
  const { list, owners, name, recipients, slots, messages, due } = keys.cohort(id)
  await link.command(due, 'ZREM', due, id)
  const left = numberOf(await link.call('dropCohort', [list, recipients, slots, owners], name, messages('')))
  if (left === 0) await forget(link, keys, id)
}

/** A cohort may be opened meanwhile: it notes its disruption after it stands, so one of the two looks sees it. */
async function forget(link: Link, keys: Keys, id: string): Promise<void> {
  const { operator, disruption } = cohortParts(id)
  const noted = keys.disruptions(operator)
  const { list } = keys.cohort(id)
  await link.command(noted, 'SREM', noted, disruption)
  if ((await link.command(list, 'EXISTS', list)) === 1) await note(link, keys, id)
}
