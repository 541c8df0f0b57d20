import type { Batch, Bus, Follower, Position } from './bus'
import type { Topic } from './topics'

/** A decoded record; `value` is undefined for a tombstone. */
export interface Received<T> extends Position {
  readonly key: string | undefined
  readonly value: T | undefined
}

/** Appends values to their topic: durable when it resolves. */
export function publish<T>(bus: Bus, topic: Topic<T>, values: readonly T[]): Promise<Position[]> {
  const records = values.map((value) => ({
    partitionBy: topic.partitionBy(value),
    key: topic.key?.(value),
    value: topic.codec.encode(value),
  }))
  return bus.append(topic.name, records)
}

/** Erases a value of a compacted topic: `value` says which partition and key. */
export async function erase<T>(bus: Bus, topic: Topic<T>, value: T): Promise<Position> {
  const [position] = await bus.append(topic.name, [{ partitionBy: topic.partitionBy(value), key: topic.key?.(value), value: null }])
  return position as Position
}

/** Decodes a batch; what cannot be decoded goes to `bad` and is left out. */
export function decodeBatch<T>(
  topic: Topic<T>,
  batch: Batch,
  bad: (record: Batch['records'][number], reason: string) => void,
): Received<T>[] {
  return batch.records.flatMap((record): Received<T>[] => {
    const { key, partition, position } = record
    if (record.value === null) return [{ key, partition, position, value: undefined }]
    try {
      return [{ key, partition, position, value: topic.codec.decode(record.value) }]
    } catch (error) {
      bad(record, error instanceof Error ? error.message : String(error))
      return []
    }
  })
}

/** Keeps a copy of a compacted topic up to date; unreadable records are skipped and reported. */
export function followTopic<T>(
  bus: Bus,
  topic: Topic<T>,
  apply: (records: readonly Received<T>[]) => void | Promise<void>,
  bad: (reason: string) => void,
): Promise<Follower> {
  return bus.follow(topic.name, (batch) => apply(decodeBatch(topic, batch, (_, reason) => bad(reason))))
}
