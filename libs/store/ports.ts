/**
 * The store: five small ports over bytes. Adapters: memory, embedded (node:sqlite), Redis. Every write is durable when its promise resolves,
 * idempotent by its key, and atomic by itself; no atomicity between two calls is promised. All adapters pass test/libs/store/contract.ts.
 */
export interface Store {
  readonly pages: Pages
  readonly cohorts: Cohorts
  readonly riders: Riders
  readonly state: State
  readonly limits: Limits
  close(): Promise<void>
}

/**
 * Subscriptions by scope in pages of up to 4,096 records of 16 bytes (the layout is libs/matching/record.ts's; here only the rider's number,
 * u32 at byte 0 of a record, is known). Scope here = `operator/scope`, e.g. `lindenau/line:tram-3`.
 */
export interface Pages {
  /** Replaces this rider's records in this scope; `records` is 0 or more times 16 bytes. */
  put(scope: string, rider: number, records: Uint8Array): Promise<void>
  drop(scope: string, rider: number): Promise<void>
  /** How many pages there are; page numbers are 0 … count-1. A page may be short or empty. */
  count(scope: string): Promise<number>
  /** The records of a page, contiguous. */
  read(scope: string, page: number): Promise<Buffer>
  /** Records in a scope. */
  size(scope: string): Promise<number>
}

export interface Cohorts {
  /** Puts a cohort (recipients of 8 bytes, all slots zero) if absent; false: there was one already, and it stays as it is. */
  open(id: string, header: Uint8Array, recipients: Uint8Array): Promise<boolean>
  /**
   * Opens a few cohorts of one disruption in this order, and stops at the first that is there already; answers how many were opened. In Redis
   * one durable step.
   */
  openAll(cohorts: readonly CohortPut[]): Promise<number>
  /** Cohorts whose id starts with `prefix`, e.g. `lindenau/d1/`, by id. */
  list(prefix: string): Promise<CohortEntry[]>
  recipients(id: string): Promise<Buffer | undefined>
  /** The slots of a cohort, 8 bytes each. */
  slots(id: string): Promise<Buffer | undefined>
  /**
   * Makes `epoch` the only one that may write the cohort's slots from now on; false: a newer one owns it, or there is no such cohort. A sender
   * that was frozen and comes back cannot write over what its successor has noted.
   */
  own(id: string, epoch: number): Promise<boolean>
  /**
   * Writes whole chunks of 256 slots (the last one may be shorter); several chunks of several cohorts in one durable step. Answers the ids
   * of the cohorts that a newer epoch owns or that are gone: nothing of theirs was written.
   */
  writeChunks(writes: readonly ChunkWrite[]): Promise<readonly string[]>
  /** Sets when the sender has to look at a cohort again (epoch ms); undefined: never, it is done. */
  setDue(id: string, dueAtMs: number | undefined): Promise<void>
  /** Ids of the cohorts of a channel, of these shards (`cohortShard`), that are due until then, the longest due first. */
  due(channel: string, shards: readonly number[], untilMs: number, limit: number): Promise<string[]>
  /** A messenger's message id beside a slot, where it edits or reports. */
  putMessageId(id: string, slot: number, messageId: string): Promise<void>
  messageId(id: string, slot: number): Promise<string | undefined>
  drop(id: string): Promise<void>
}

export interface CohortPut {
  readonly id: string
  readonly header: Uint8Array
  /** 8 bytes each. */
  readonly recipients: Uint8Array
}

export interface CohortEntry {
  readonly id: string
  readonly header: Buffer
  /** How many recipients. */
  readonly size: number
}

export interface ChunkWrite {
  readonly id: string
  /** Of the writer, as it was given to `own`. */
  readonly epoch: number
  readonly chunk: number
  readonly slots: Uint8Array
}

/** Rider records by number, with look-ups by id and by address. `position` = `partition` and position in the topic, of the record that was applied. */
export interface Riders {
  /** A fresh number of the operator, never given before. */
  allocate(operator: string): Promise<number>
  /** Makes sure that no number up to this one is given again (when the store is rebuilt from the topic). */
  reserve(operator: string, upTo: number): Promise<void>
  /** Puts the record unless a newer position is there already; `hashes`: its addresses (hex). False: it was older. */
  put(operator: string, rider: RiderPut): Promise<boolean>
  /** Erases record and look-ups, and keeps the position, so that an older record cannot bring it back. */
  erase(operator: string, id: string, position: bigint): Promise<boolean>
  /** In the order of the numbers; undefined where there is none. */
  getMany(operator: string, numbers: readonly number[]): Promise<(StoredRider | undefined)[]>
  byId(operator: string, id: string): Promise<StoredRider | undefined>
  byAddress(operator: string, hash: string): Promise<StoredRider | undefined>
  /** How many riders the operator has. */
  size(operator: string): Promise<number>
}

export interface RiderPut {
  readonly id: string
  readonly number: number
  readonly position: bigint
  readonly record: Uint8Array
  readonly hashes: readonly string[]
}

export interface StoredRider {
  readonly number: number
  readonly position: bigint
  readonly record: Buffer
}

/** Small values by key: line states, tables, idempotency, and leases. */
export interface State {
  getMany(keys: readonly string[]): Promise<(Buffer | undefined)[]>
  /** undefined as value deletes. All of one call become durable together in the embedded adapter; a caller must not rely on it. */
  putMany(entries: readonly StateEntry[]): Promise<void>
  /** Puts unless there is one; returns what is there afterwards. */
  putIfAbsent(key: string, value: Uint8Array, expiresAtMs?: number): Promise<Buffer>
  /** Keys that start with the prefix, with their values, by key. */
  list(prefix: string): Promise<{ key: string; value: Buffer }[]>
  /** The index of the value in an append-only table, appended if it is not there yet; indexes count from 0. */
  intern(table: string, value: Uint8Array): Promise<number>
  /** A whole table, by index. */
  table(table: string): Promise<Buffer[]>
  /** Takes or renews a lease; undefined: somebody else holds it. The epoch rises whenever the holder changes. */
  lease(name: string, holder: string, ttlMs: number, nowMs: number): Promise<{ epoch: number } | undefined>
  release(name: string, holder: string): Promise<void>
}

export interface StateEntry {
  readonly key: string
  readonly value: Uint8Array | undefined
  readonly expiresAtMs?: number
}

/** The limits of a messenger's account, shared by all replicas: tokens are drawn in blocks. */
export interface Limits {
  /** Draws up to `want` tokens of an account that refills with `perSecond` up to `burst`; `waitMs`: until the next one, when none was left. */
  draw(
    account: string,
    rate: { perSecond: number; burst: number },
    want: number,
    nowMs: number,
  ): Promise<{ granted: number; waitMs: number }>
  /** Retry-After: nothing is granted to anybody until then (a later freeze wins, an earlier one does not shorten it). */
  freeze(account: string, untilMs: number): Promise<void>
}
