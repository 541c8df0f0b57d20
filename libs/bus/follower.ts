import type { Clock } from '#domain/ports'
import type { Batch, Follower } from './bus'
import { Pump } from './pump'
import { type RecordLog, type Report, upTo } from './recordLog'

type Apply = (batch: Batch) => void | Promise<void>

/** Reads a whole topic from the start and then live; no group, nothing is committed. */
export function followLog(
  { log, clock, report }: { log: RecordLog; clock: Clock; report: Report },
  topic: string,
  partitions: number,
  apply: Apply,
): { follower: Follower; pumps: Pump<Batch>[] } {
  const caught = Array.from({ length: partitions }, () => Promise.withResolvers<void>())
  const pumps = caught.map(({ resolve }, partition) => {
    const end = log.newest(topic, partition)
    let after = 0n
    const next = (): Batch | undefined => {
      const records = log.read(topic, partition, after)
      if (records.length > 0) return { topic, partition, records }
      resolve()
      return undefined
    }
    const handle = async (batch: Batch): Promise<void> => {
      await apply(batch)
      after = upTo(batch)
      if (after >= end) resolve()
    }
    const failed = (error: unknown, waitMs: number) => report({ kind: 'retry', place: { topic, partition, group: '' }, error, waitMs })
    return new Pump<Batch>({ next, handle, failed }, clock)
  })
  for (const pump of pumps) pump.wake()
  const caughtUp = Promise.all(caught.map((c) => c.promise)).then(() => {})
  const stop = () => Promise.all(pumps.map((pump) => pump.stop())).then(() => {})
  return { follower: { caughtUp: () => caughtUp, stop }, pumps }
}
