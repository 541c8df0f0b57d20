import type { Batch, Bus, OutRecord } from '#bus/bus'
import { partitionOf } from '#domain/partitionOf'

/** A text that falls into each partition. */
export const keys = Array.from({ length: 8 }, (_, partition) => {
  for (let i = 0; ; i++) if (partitionOf(`${i}`, 8) === partition) return `${i}`
})
export const record = (partition: number, value: string): OutRecord => ({
  partitionBy: keys[partition] as string,
  value: Buffer.from(value),
})
export const keyed = (key: string, value: string | null): OutRecord => ({
  partitionBy: keys[0] as string,
  key,
  value: value === null ? null : Buffer.from(value),
})
export const textsOf = (batch: Batch) => batch.records.map((r) => String(Buffer.from(r.value as Uint8Array)))

/** Everything that the log holds now, by position. */
export async function logOf(bus: Bus, topic: string): Promise<Map<string, string>> {
  const log = new Map<string, string>()
  const follower = await bus.follow(topic, (batch) => {
    for (const [i, value] of textsOf(batch).entries()) log.set(`${batch.partition}/${batch.records[i]?.position}`, value)
  })
  await follower.caughtUp()
  await follower.stop()
  return log
}
