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
  /** host:port */
  readonly brokers: readonly string[]
}

/** Undefined = it can be had, else why not. */
export function available(): { readonly kafka: string | undefined; readonly redis: string | undefined }
export function startRedis(options?: { nodes?: 1 | 3 }): Promise<RedisPart>
export function startKafka(options?: { nodes?: 1 | 3; advertised?: readonly number[] }): Promise<KafkaPart>
export function start(wanted: { kafka?: 1 | 3; redis?: 1 | 3 }): Promise<{
  readonly kafka: KafkaPart | undefined
  readonly redis: RedisPart | undefined
  stop(): Promise<void>
}>
