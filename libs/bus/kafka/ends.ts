import type { Admin } from 'kafkajs'

/** Where the partitions of a topic ended when somebody began to follow; `all` resolves when he has passed every one. */
export class Ends {
  private readonly done = Promise.withResolvers<void>()

  constructor(private readonly left: Map<number, bigint>) {
    this.look()
  }

  get all(): Promise<void> {
    return this.done.promise
  }

  get allReached(): boolean {
    return this.left.size === 0
  }

  /** Everything below the offset is applied, or gone. */
  reached(partition: number, offset: bigint): void {
    if (offset >= (this.left.get(partition) ?? 0n)) this.left.delete(partition)
    this.look()
  }

  private look(): void {
    if (this.allReached) this.done.resolve()
  }
}

/** By partition; the empty ones are absent. */
export async function endsOf(admin: Admin, name: string): Promise<Map<number, bigint>> {
  const offsets = await admin.fetchTopicOffsets(name)
  const filled = offsets.filter(({ low, high }) => BigInt(high) > BigInt(low))
  return new Map(filled.map(({ partition, high }) => [partition, BigInt(high)]))
}
