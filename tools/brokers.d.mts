/** What brokers.mjs gives, for tests in TypeScript. */
export interface Nodes {
  /** To a node by its number from 0. Absent where running servers were given by the environment. */
  signal?(node: number, signal: NodeJS.Signals): Promise<boolean>
  /** SIGKILL; resolves when it is gone. */
  kill?(node: number): Promise<boolean>
  /** Again on the same port and data; resolves when it accepts connections. */
  start?(node: number): Promise<void>
  stop(): Promise<void>
}
export interface RedisPart extends Nodes {
  readonly url: string
  readonly urls: readonly string[]
  readonly cluster: boolean
}
export interface KafkaPart extends Nodes {
  /** Politely, so that its partitions get other leaders first; resolves when it is gone. */
  end?(node: number): Promise<boolean>
  /** host:port */
  readonly brokers: readonly string[]
  /** host:port by password (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512) and by TLS, with the file of the authority that both ends trust. */
  readonly secure?: {
    readonly sasl: string
    readonly username: string
    readonly password: string
    readonly tls: string
    readonly certificate: string
  }
}

/** Undefined = it can be had, else why not. */
export function available(): { readonly kafka: string | undefined; readonly redis: string | undefined }
export function startRedis(options?: { nodes?: 1 | 3 }): Promise<RedisPart>
export function startKafka(options?: { nodes?: 1 | 3; advertised?: readonly number[]; secure?: boolean }): Promise<KafkaPart>
export function start(wanted: { kafka?: 1 | 3; redis?: 1 | 3 }): Promise<{
  readonly kafka: KafkaPart | undefined
  readonly redis: RedisPart | undefined
  stop(): Promise<void>
}>
