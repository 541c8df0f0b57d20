import { Kafka, type LogEntry, type SASLOptions, logLevel } from 'kafkajs'
import type { Cluster } from '../cluster'
import type { KafkaReport } from './events'
import { clientSettings } from './settings'
import { guardTimer } from './timerGuard'
import { registerZstd } from './zstd'

export type { Cluster } from '../cluster'

export function kafkaClient({ brokers, ssl, sasl }: Cluster, report: KafkaReport): Kafka {
  guardTimer()
  registerZstd()
  const secure = { ssl: ssl && (ssl === true || { ...ssl }), sasl: sasl as SASLOptions | undefined }
  return new Kafka({ ...clientSettings, ...secure, brokers: [...brokers], logLevel: logLevel.WARN, logCreator: () => told(report) })
}

const told =
  (report: KafkaReport) =>
  ({ namespace, level, log }: LogEntry) => {
    // Every refusal of a broker, also those that are part of the protocol (rebalances): whoever has asked deals with it, and says so.
    if (namespace === 'Connection' && log.message.startsWith('Response ')) return
    const details = [log.broker, log.error].filter((detail) => typeof detail === 'string')
    report({ kind: 'client', level: level === logLevel.WARN ? 'warn' : 'error', message: [log.message, ...details].join(' · ') })
  }

/** As they are called in the cluster. A group is a topic's own: members that want different topics would be given each other's partitions. */
export const topicName = (prefix: string, topic: string): string => prefix + topic
export const groupName = (prefix: string, topic: string, group: string): string => `${prefix}${group}.${topic}`
