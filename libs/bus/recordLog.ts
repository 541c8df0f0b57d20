import type { Batch, InRecord, OutRecord, Position } from './bus'

/** What the memory and the embedded adapter differ in: where records and positions are kept. logBus.ts makes a bus of it. */
export interface RecordLog {
  /** Durable when it resolves; positions are given in the order of the calls. */
  append(topic: string, records: readonly PlacedRecord[]): Promise<Position[]>
  /** The next records after a position, at most batchRecords, with at most batchBytes behind the first; empty when there are none. */
  read(topic: string, partition: number, after: bigint): InRecord[]
  /** Position of the newest record that can be read; 0 when there is none. */
  newest(topic: string, partition: number): bigint
  committed(topic: string, group: string): Map<number, bigint>
  commit(commits: readonly Commit[]): Promise<void>
  /** Drops what need not be kept any more (retention.ts). */
  tidy(nowMs: number): Promise<void>
  /** Only where records outlive the process: see crashGuard.ts. */
  readonly attempts?: Attempts
  close(): Promise<void>
}

export interface PlacedRecord extends OutRecord {
  readonly partition: number
}

export interface Place {
  readonly topic: string
  readonly group: string
  readonly partition: number
}

export interface Commit extends Place {
  readonly position: bigint
}

/** Positions first … last of a place were given to the handler `tries` times, and were not committed. */
export interface Attempt {
  readonly first: bigint
  readonly last: bigint
  readonly tries: number
}

export interface Attempts {
  find(place: Place): Attempt | undefined | Promise<Attempt | undefined>
  /** Durable when it resolves. */
  put(place: Place, attempt: Attempt): Promise<void>
  /** Forgets: the handler came back, whatever it said. */
  drop(place: Place): Promise<void>
}

export const batchRecords = 500
export const batchBytes = 4 * 2 ** 20

/** What the bus wants to be known; nothing of it is lost or needs an answer. */
export type BusEvent =
  | { readonly kind: 'retry'; readonly place: Place; readonly error: unknown; readonly waitMs: number }
  | { readonly kind: 'commitFailed' | 'tidyFailed'; readonly error: unknown }
  /** Killed the process `tries` times: it went to the topic quarantine. */
  | { readonly kind: 'poison'; readonly place: Place; readonly position: bigint; readonly tries: number }

export type Report = (event: BusEvent) => void

export const sizeOf = (record: Pick<OutRecord, 'key' | 'value'>): number => (record.key?.length ?? 0) + (record.value?.length ?? 0)

export const upTo = (batch: Batch): bigint => (batch.records.at(-1) as InRecord).position
