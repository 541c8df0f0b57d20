import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Bus } from '#bus/bus'
import { dumpBus } from '#bus/embeddedDump'
import type { KafkaIntake } from '#bus/kafka/intake'
import type { Clock } from '#domain/ports'
import { tablesIn } from '#matching/tables'
import { generationOf, markComplete } from '#store/complete'
import { dumpStore } from '#store/embeddedDump'
import type { Store } from '#store/ports'
import { fillRiders } from '../../match/rebuild/fillRiders'
import { type StoreCounts, copyStore } from './copyStore'
import { type TopicCounts, copyTopics } from './copyTopics'
import { type Progress, readProgress, writeProgress } from './progress'

export interface MoveParts {
  /** The state folder, locked for us. */
  readonly home: string
  /** Where to, in words that are the same in every run. */
  readonly target: string
  readonly intake: KafkaIntake
  /** Over the same topics; opened when they are there. */
  readonly openBus: () => Promise<Bus>
  readonly store: Store
  readonly clock: Clock
  readonly say: (line: string) => void
}

export type Moved =
  | { readonly kind: 'moved'; readonly topics: TopicCounts; readonly store: StoreCounts; readonly riders: number }
  | { readonly kind: 'before' }
  | { readonly kind: 'refused'; readonly message: string }

const runKey = 'store/migration'

/**
 * Moves a state folder into Kafka and Redis. Order: topics with the groups' positions, then the store, then its mark. A run that was broken
 * off while it copied topics deletes them and begins anew (they are its own: they were empty before); later it goes on with the store, where
 * every step can be repeated. Nothing of the folder is changed but the note of progress. Throws when Kafka or Redis are down.
 */
export async function move(parts: MoveParts): Promise<Moved> {
  const { home, target, intake, store, clock, say } = parts
  const before = readProgress(home)
  const refusal = await refuse(parts, before)
  if (refusal !== undefined) return { kind: 'refused', message: refusal }
  if (before?.phase === 'done') return { kind: 'before' }
  let progress: Progress = before ?? { id: randomBytes(8).toString('hex'), target, phase: 'topics' }
  writeProgress(home, progress)
  await store.state.putMany([{ key: runKey, value: Buffer.from(progress.id) }])
  if (progress.phase === 'topics') {
    say(before ? 'An earlier run was broken off while it copied the topics: they are made anew.' : 'Copying the topics …')
    await intake.prepare(before !== undefined)
    const from = dumpBus(join(home, 'bus.db'))
    const topics = await copyTopics(from, intake, clock.now()).finally(() => from.close())
    writeProgress(home, (progress = { ...progress, phase: 'store', topics }))
  }
  const filled = await fillStore(parts, progress.id)
  writeProgress(home, { ...progress, phase: 'done' })
  return { kind: 'moved', topics: progress.topics ?? {}, ...filled }
}

/** The target must be empty, or hold this very run. */
async function refuse({ intake, store, target }: MoveParts, before: Progress | undefined): Promise<string | undefined> {
  if (before && before.target !== target)
    return `This folder is being moved, or has been, to ${before.target}. Go on there, or remove migration.json from the folder.`
  const [run] = await store.state.getMany([runKey])
  if (run && run.toString() !== before?.id) return 'Redis holds another installation that was moved there. Use an empty one.'
  if (!run && (await generationOf(store.state)) !== undefined) return 'Redis holds an installation already. Use an empty one.'
  if (before) return undefined
  const filled = await intake.filled()
  return filled.length > 0 ? `Kafka holds records in ${filled.join(', ')}. Use empty topics, or another prefix.` : undefined
}

async function fillStore({ home, openBus, store, clock, say }: MoveParts, id: string): Promise<{ store: StoreCounts; riders: number }> {
  say('Filling Redis …')
  const from = dumpStore(join(home, 'store.db'))
  const counts = await copyStore(from, store, clock.now()).finally(() => from.close())
  const bus = await openBus()
  try {
    const bad = (reason: string) => say(`A rider's record could not be read and was left out: ${reason}`)
    const { applied } = await fillRiders(bus, store, tablesIn(store.state), bad)
    await markComplete(store.state, id)
    return { store: counts, riders: applied }
  } finally {
    await bus.close()
  }
}
