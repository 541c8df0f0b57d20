import { cohortId } from '#domain/dispatch'
import { decodeCohortHeader } from '#domain/cohortHeader'
import type { DumpedCohort, DumpedValue, EmbeddedStoreDump } from '#store/embeddedDump'
import type { State, Store } from '#store/ports'

export interface StoreCounts {
  readonly cohorts: number
  readonly recipients: number
  readonly values: number
  readonly tables: number
}

/**
 * Copies what no topic holds: rider numbers given, intern tables (their indexes stay), values with their expiry, epochs of leases, frozen
 * accounts, and the cohorts with recipients, slots, message ids, owners' epochs and due times. Riders and pages are not copied: they are
 * filled from the new topic, whose offsets the next updates compare with. Doing it again changes nothing, as long as nobody works on it.
 * Throws when Redis is down, or when a table there holds something else.
 */
export async function copyStore(from: EmbeddedStoreDump, to: Store, nowMs: number): Promise<StoreCounts> {
  for (const { name, last } of from.operators()) await to.riders.reserve(name, last)
  const tables = from.tables()
  for (const { name, values } of tables) await copyTable(to.state, name, values)
  const values = await inPortions(valuesToCopy(from, nowMs), 256, (some) => to.state.putMany(some))
  await inPortions(
    from.leases(),
    32,
    async (some) => void (await Promise.all(some.map((l) => raiseLease(to.state, l.name, l.epoch, nowMs)))),
  )
  for (const { account, untilMs } of from.freezes()) if (untilMs > nowMs) await to.limits.freeze(account, untilMs)
  let recipients = 0
  const cohorts = await inPortions(from.cohorts(), 32, async (some) => {
    await Promise.all(some.map((cohort) => copyCohort(to, cohort)))
    recipients += some.reduce((sum, cohort) => sum + cohort.recipients.length / 8, 0)
  })
  return { cohorts, recipients, values, tables: tables.length }
}

/** Not the marks of the old store, nor what stands by old positions until the matcher has applied a rider: all records are applied here. */
const notCopied = ['store/', 'applying/', 'gateway/unapplied/']

function* valuesToCopy(from: EmbeddedStoreDump, nowMs: number): Iterable<DumpedValue> {
  for (const entry of from.values()) {
    if (notCopied.some((prefix) => entry.key.startsWith(prefix))) continue
    if (entry.expiresAtMs === undefined || entry.expiresAtMs > nowMs) yield entry
  }
}

async function copyTable(state: State, name: string, values: readonly Buffer[]): Promise<void> {
  for (const [index, value] of values.entries()) {
    const there = await state.intern(name, value)
    if (there !== index) throw new Error(`The table ${name} in Redis holds something else at ${there}: it was not empty.`)
  }
}

/** Senders and detectors refuse what comes from an older epoch than they know: the next holder must get a higher one. */
async function raiseLease(state: State, name: string, epoch: number, nowMs: number): Promise<void> {
  for (;;) {
    const lease = await state.lease(name, holder, 1, nowMs)
    await state.release(name, holder)
    if (!lease || lease.epoch >= epoch) return
  }
}
const holder = 'migrate'

async function copyCohort(to: Store, { id, header, recipients, chunks, messages, epoch, dueAtMs }: DumpedCohort): Promise<void> {
  if (cohortId(decodeCohortHeader(header)) !== id) throw new Error(`The cohort ${id} has the header of another one.`)
  await to.cohorts.open(id, header, recipients)
  if (epoch > 0) await to.cohorts.own(id, epoch)
  await to.cohorts.writeChunks(chunks.map(({ chunk, slots }) => ({ id, epoch, chunk, slots })))
  for (const { slot, message } of messages) await to.cohorts.putMessageId(id, slot, message)
  await to.cohorts.setDue(id, dueAtMs)
}

/** Returns how many there were. */
async function inPortions<T>(items: Iterable<T>, most: number, act: (some: readonly T[]) => Promise<unknown>): Promise<number> {
  let count = 0
  let some: T[] = []
  const flush = async () => {
    if (some.length > 0) await act(some)
    count += some.length
    some = []
  }
  for (const item of items) {
    some.push(item)
    if (some.length >= most) await flush()
  }
  await flush()
  return count
}
