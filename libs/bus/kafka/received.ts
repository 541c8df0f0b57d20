import type { KafkaMessage } from 'kafkajs'
import type { InRecord } from '../bus'

export const inRecord = (partition: number, { offset, key, value, timestamp }: KafkaMessage): InRecord => ({
  partition,
  position: BigInt(offset),
  key: key?.toString('utf8'),
  value,
  appendedAt: Number(timestamp),
})

/** As kafkajs sees it: then the member joins anew. */
export const isRebalance = (error: unknown): boolean =>
  ['REBALANCE_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP', 'ILLEGAL_GENERATION'].includes((error as { type?: string }).type ?? '')
