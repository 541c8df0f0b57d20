import type { Batch } from './bus'
import type { Pump } from './pump'

/** The pumps of a process by topic and partition: an append wakes its own at once, nothing is polled. */
export class Sleepers {
  private readonly byTopic = new Map<string, Set<readonly Pump<Batch>[]>>()

  /** `pumps` by partition. */
  add(topic: string, pumps: readonly Pump<Batch>[]): void {
    this.of(topic).add(pumps)
  }

  remove(topic: string, pumps: readonly Pump<Batch>[]): void {
    this.of(topic).delete(pumps)
  }

  wake(topic: string, partitions: Iterable<number>): void {
    const all = this.of(topic)
    for (const partition of partitions) for (const pumps of all) pumps[partition]?.wake()
  }

  private of(topic: string): Set<readonly Pump<Batch>[]> {
    let pumps = this.byTopic.get(topic)
    if (!pumps) this.byTopic.set(topic, (pumps = new Set()))
    return pumps
  }
}
