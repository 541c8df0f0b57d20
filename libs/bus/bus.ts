/**
 * The bus port: topics over bytes, durable, partitioned, ordered within a partition, at-least-once. Adapters: memory, embedded
 * (node:sqlite), Kafka. No atomicity with the store is promised. All adapters pass test/libs/bus/contract.ts.
 */
export interface Bus {
  /**
   * Appends durably. Resolves, in the order of `records`, once all of them are on disk. Records of one call that fall into the same
   * partition stand there together and in their order. Rejects when the broker is down: nothing is known about the records then.
   */
  append(topic: string, records: readonly OutRecord[]): Promise<Position[]>

  /**
   * Joins a group. `handle` gets batches of one partition, in order, never two batches of a partition at once; different partitions do not
   * wait for each other. When it resolves, the batch's position is committed. When it rejects (store or broker down), the same batch comes
   * again after a pause. Starts at the committed position, else at the oldest record. `owns` is called whenever the member's partitions have
   * changed, with all that it owns from now on: none while it is out of the group. Two members may believe for a moment that they own the
   * same one; who must not work beside another takes a lease, too.
   */
  consume(topic: string, group: string, handle: (batch: Batch) => Promise<void>, owns?: Owns): Promise<Consumer>

  /**
   * Every instance reads the whole topic from the start, without a group: how stages keep a copy of lines and disruptions. `apply` must not
   * reject. A compacted topic may skip superseded records, never the newest of a key.
   */
  follow(topic: string, apply: (batch: Batch) => void | Promise<void>): Promise<Follower>

  /** Positions that a group has committed, by partition; a partition without one is absent. */
  committed(topic: string, group: string): Promise<ReadonlyMap<number, bigint>>

  close(): Promise<void>
}

export interface OutRecord {
  /** Decides the partition (partitioner.ts, the same in every adapter). */
  readonly partitionBy: string
  /** Compaction keeps the newest record of a key; required on compacted topics. */
  readonly key?: string
  /** null = tombstone: erases the key on a compacted topic. */
  readonly value: Uint8Array | null
}

/** Where a record stands; ascending within a partition, with gaps. */
export interface Position {
  readonly partition: number
  readonly position: bigint
}

export interface InRecord extends Position {
  readonly key: string | undefined
  readonly value: Uint8Array | null
  /** Epoch milliseconds of the append. */
  readonly appendedAt: number
}

export interface Batch {
  readonly topic: string
  readonly partition: number
  readonly records: readonly InRecord[]
}

/** Must not throw; the bus does not wait for it. */
export type Owns = (partitions: readonly number[]) => void

export interface Consumer {
  /** Partitions that this member owns now. */
  owned(): readonly number[]
  /** Stops taking, waits for the running batches, commits. */
  stop(): Promise<void>
}

export interface Follower {
  /** Resolves when everything that was there at the start has been applied. */
  caughtUp(): Promise<void>
  stop(): Promise<void>
}
