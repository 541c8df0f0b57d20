/** Where Kafka is, and how it is spoken with: the same for every client. */
export interface Cluster {
  /** host:port of some brokers; the others are learned from them. */
  readonly brokers: readonly string[]
  /** Stands before every topic and group, where several installations share a cluster. */
  readonly prefix?: string
  /** true: TLS, trusting the authorities that Node trusts. */
  readonly ssl?: true | Tls
  readonly sasl?: Sasl
}

/** PEM texts. */
export interface Tls {
  /** The authority to trust instead of the usual ones. */
  readonly ca?: string
  /** The client's own certificate and its key: both or none. */
  readonly cert?: string
  readonly key?: string
}

export interface Sasl {
  readonly mechanism: (typeof saslMechanisms)[number]
  readonly username: string
  readonly password: string
}

export const saslMechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

/** The clients that may speak with it. */
export type KafkaAdapter = (typeof kafkaAdapters)[number]
export const kafkaAdapters = ['kafkajs', 'platformatic'] as const

export type ClusterFault = 'KAFKA_UNREACHABLE' | 'KAFKA_AUTHENTICATION' | 'KAFKA_TLS'

/** The first connection has failed; the message says what to look at, and names no secret. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError'

  constructor(
    readonly code: ClusterFault,
    { brokers, sasl }: Cluster,
    override readonly cause: unknown,
  ) {
    super(`${code}: ${advice[code](brokers.join(', '), sasl)} (${cause instanceof Error ? cause.message : String(cause)})`)
  }
}

const advice: Readonly<Record<ClusterFault, (brokers: string, sasl: Sasl | undefined) => string>> = {
  KAFKA_UNREACHABLE: (brokers) =>
    `no broker of ${brokers} can be reached. Check kafka.brokers, and whether they speak TLS (kafka.ssl) or want a password (kafka.sasl)`,
  KAFKA_AUTHENTICATION: (brokers, sasl) =>
    `${brokers} does not let in ${sasl ? `the user ${sasl.username} by ${sasl.mechanism}` : 'us without a user'}. Check kafka.sasl`,
  KAFKA_TLS: (brokers) => `no TLS connection with ${brokers} that both ends trust. Check kafka.ssl`,
}
