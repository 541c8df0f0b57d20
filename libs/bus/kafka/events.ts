import type { BusEvent } from '../recordLog'

/** What the Kafka adapter wants to be known, beside what every bus does. Only `fatal` needs an answer. */
export type KafkaEvent =
  | BusEvent
  /** kafkajs warned; it goes on. */
  | { readonly kind: 'client'; readonly level: 'error' | 'warn'; readonly message: string }
  /** The broker acknowledged a send without naming the partition: sent again. Without that the records would be lost. */
  | { readonly kind: 'unanswered'; readonly topic: string; readonly partition: number }
  /** A consumer stopped and starts again, by itself or rebuilt. The first one on a fresh broker is normal: its coordinator is loading. */
  | { readonly kind: 'crash'; readonly topic: string; readonly group: string; readonly error: unknown; readonly rebuilt: boolean }
  /** It has stopped for good too often: the process must end, so that another one takes over. */
  | { readonly kind: 'fatal'; readonly topic: string; readonly group: string; readonly error: unknown }

export type KafkaReport = (event: KafkaEvent) => void
