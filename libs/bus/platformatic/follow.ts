import type { Follower } from '../bus'
import { Ends } from '../kafka/ends'
import { type Handle, Lane } from '../kafka/lane'
import { partitionsOf } from '../partitioner'
import { upTo } from '../recordLog'
import { Fetcher, type Take } from './fetcher'
import type { MemberPorts } from './member'
import { troubleOf } from './trouble'

/**
 * Reads a whole topic from the start and then live, without a group: after a break it goes on where it was. `name` is the topic as it is called
 * in the cluster.
 */
export async function follow(ports: MemberPorts, topic: string, name: string, apply: Handle): Promise<Follower> {
  const { cluster, clock, report } = ports
  const partitions = [...Array(partitionsOf(topic)).keys()]
  const tracks = new Map<number, Track>(partitions.map((partition) => [partition, { pushed: -1n, applied: -1n, next: 0n }]))
  const handle: Handle = async (batch) => {
    await apply(batch)
    passed(batch.partition, { applied: upTo(batch) })
  }
  const lanes = new Map(partitions.map((partition) => [partition, new Lane({ topic, group: '', partition }, handle, ports, undefined)]))
  const take: Take = (partition, records, next, pause) => {
    lanes.get(partition)?.push(records, pause)
    const pushed = records.at(-1)?.position
    passed(partition, { next, ...(pushed !== undefined && { pushed }) })
  }
  const fetcher = new Fetcher(
    { cluster, clock, take, failed: troubleOf(clock, report, { topic, group: '' }) },
    name,
    cluster.prefix || topic,
  )
  const stop = async () => {
    await Promise.all([...lanes.values()].map((lane) => lane.stop()))
    await fetcher.stop()
  }
  const bounds = await fetcher.bounds().catch(async (error: unknown) => {
    await stop()
    throw error
  })
  const filled = bounds.filter(({ start, end }) => end > start)
  const ends = new Ends(new Map(filled.map(({ partition, end }) => [partition, end])))
  fetcher.aim(new Map(bounds.map(({ partition, start }) => [partition, start])))
  return { caughtUp: () => ends.all, stop }

  function passed(partition: number, change: Partial<Track>): void {
    const track = { ...(tracks.get(partition) as Track), ...change }
    tracks.set(partition, track)
    // What compaction or retention took away is never given to the handler.
    ends.reached(partition, track.applied === track.pushed ? track.next : track.applied + 1n)
  }
}

interface Track {
  /** Offset of the last record that was fetched, and of the last that was applied. */
  readonly pushed: bigint
  readonly applied: bigint
  /** Everything below was fetched, or is gone. */
  readonly next: bigint
}
