import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { KafkaPart, RedisPart } from '../../tools/brokers.mjs'
import { progress } from './progress'
import type { BenchRow } from './row'

export interface Wanted {
  readonly kafka?: 1
  readonly redis?: 1
}

export interface Parts {
  readonly kafka: KafkaPart
  readonly redis: RedisPart
}

/** Runs on a real Kafka and Redis of its own, or says why it cannot and gives no rows; what is not wanted must not be used. */
export async function withParts(bench: string, wanted: Wanted, body: (parts: Parts) => Promise<BenchRow[]>): Promise<BenchRow[]> {
  const { available, start } = await brokers()
  const missing = available()
  const why = (wanted.kafka && missing.kafka) ?? (wanted.redis && missing.redis)
  if (why) {
    progress(`${bench}: skipped. ${why}`)
    return []
  }
  const parts = await start(wanted)
  try {
    return await body(parts as unknown as Parts)
  } finally {
    await parts.stop()
  }
}

/** From the sources, as it finds its own files beside it; the benchmarks run in the root of the repository. */
const brokers = (): Promise<typeof import('../../tools/brokers.mjs')> =>
  import(pathToFileURL(join(process.cwd(), 'tools/brokers.mjs')).href)
