import type { Admin } from 'kafkajs'
import type { Clock } from '#domain/ports'
import { retried } from './retried'

/** The metadata that a group has committed in a partition, '' where there is none; all are asked for once, again when that has failed. */
export function metadataOf(clock: Clock, admin: Admin, { topic, group }: Names): (partition: number) => Promise<string> {
  let asked: Promise<ReadonlyMap<number, string>> | undefined
  const ask = async () => {
    const [found] = await retried(clock, () => admin.fetchOffsets({ groupId: group, topics: [topic] }))
    return new Map(found?.partitions.map(({ partition, metadata }) => [partition, metadata ?? '']))
  }
  return async (partition) => {
    const asking = (asked ??= ask())
    asking.catch(() => (asked = undefined))
    return (await asking).get(partition) ?? ''
  }
}

/** As they are called in the cluster. */
export interface Names {
  readonly topic: string
  readonly group: string
}
