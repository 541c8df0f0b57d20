import { randomUUID } from 'node:crypto'
import type { Follower } from '../bus'
import { upTo } from '../recordLog'
import { groupName } from './client'
import { Ends, endsOf } from './ends'
import type { Handle } from './lane'
import { Reader, type ReaderPorts } from './reader'
import { retried } from './retried'

export interface FollowPorts extends ReaderPorts {
  readonly prefix: string
}

/**
 * Reads a whole topic from the start and then live, in a group of its own that commits nothing: after a break of the connection it begins
 * at the start again and leaves out what it has applied. `name` is the topic as it is called in the cluster.
 */
export async function follow(ports: FollowPorts, topic: string, name: string, apply: Handle): Promise<Follower> {
  const ends = new Ends(await retried(ports.clock, () => endsOf(ports.admin, name)))
  const handle: Handle = async (batch) => {
    await apply(batch)
    ends.reached(batch.partition, upTo(batch) + 1n)
  }
  const group = groupName(ports.prefix, topic, `follow-${randomUUID()}`)
  const reader = new Reader(ports, { topic, group: '', names: { topic: name, group }, handle })
  await reader.start()
  const unwatch = watchStarts(ports, name, ends)
  const stop = () => {
    unwatch()
    return reader.stop()
  }
  return { caughtUp: () => ends.all, stop }
}

/** What stood at the end may be dropped before it was read, and then nothing of it ever comes. Returns how to stop. */
function watchStarts({ admin, clock }: FollowPorts, name: string, ends: Ends): () => void {
  let cancel = () => {}
  let stopped = false
  const later = () => {
    if (!stopped && !ends.allReached) cancel = clock.timer(lookAgainMs, () => void look())
  }
  const look = async () => {
    const starts = await admin.fetchTopicOffsets(name).catch(() => [])
    for (const { partition, low } of starts) ends.reached(partition, BigInt(low))
    later()
  }
  later()
  return () => {
    stopped = true
    cancel()
  }
}

const lookAgainMs = 2000
