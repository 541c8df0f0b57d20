import { type Topic, allTopics } from './topics'

/** How long records stay; see `kept` of the topics. Bytes are a partition's, as in Kafka; the record in which the limit falls stays. */
export type Kept = Topic<never>['kept']

/** A superseded record stays so long after its successor came: whoever reads along sees both. */
export const compactionLagMs = 60_000

/** A tombstone stays so long, and until every group has passed it: whoever has the value learns that it is gone. */
export const tombstoneMs = 24 * 3_600_000

export const hoursMs = (hours: number): number => hours * 3_600_000

export const keptByTopic: ReadonlyMap<string, Kept> = new Map(allTopics.map((topic) => [topic.name, topic.kept]))

/** Every record of such a topic needs a key, or nothing would ever replace it. */
export const isCompacted = (topic: string): boolean => 'compacted' in (keptByTopic.get(topic) ?? {})
