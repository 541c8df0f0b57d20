import type { OpenPlatform } from '#service/openPlatform'
import type { HealthObservation } from '../laws/history'
import type { Fault, Process } from './process'

/** What can be done to the brokers, where there are any. */
export interface Brokers {
  /** `node` counts from 0. Kafka's first node leads most; Redis has one. */
  kill(part: 'kafka' | 'redis', node?: number): Promise<void>
  start(part: 'kafka' | 'redis', node?: number): Promise<void>
  signal(part: 'kafka' | 'redis', signal: 'SIGSTOP' | 'SIGCONT', node?: number): void
  readonly kafkaNodes: number
  readonly proxies: { readonly kafka: readonly import('./tcpProxy').TcpProxy[]; readonly redis: import('./tcpProxy').TcpProxy }
}

export type Stage = 'ingest' | 'detect' | 'match' | 'send' | 'gateway'

/** The processes of one run. */
export interface System {
  /** Starts all, the faults by stage, and waits until they are ready. */
  start(faults?: Partial<Record<Stage, Fault>>, lasting?: Fault): Promise<void>
  /** The processes of a stage: embedded, always the one. */
  of(stage: Stage): readonly Process[]
  all(): readonly Process[]
  gatewayUrl(): string
  readonly brokers: Brokers | undefined
  /** Where the state lies (embedded). */
  readonly home: string
  /** Bus and store, opened here; embedded: only while the process is down. */
  inspect(): Promise<OpenPlatform>
  /** Stops all, as an upgrade would. Answers exit codes by name. */
  stop(): Promise<Readonly<Record<string, number | string>>>
  /** Whatever happens: nothing stays behind. */
  destroy(): void
}

export const observationsOf = (system: System): HealthObservation[] => system.all().flatMap((p) => p.observations)

export const stopAll = async (processes: readonly Process[]): Promise<Record<string, number | string>> =>
  Object.fromEntries(await Promise.all(processes.map(async (p) => [p.name, await p.stop()] as const)))
