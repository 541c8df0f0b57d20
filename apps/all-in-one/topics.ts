import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { realClock } from '#service/realClock'
import { faultReport, parseSettings } from '#service/parseSettings'
import type { Sink } from './replay/replay'

export const topicsUsage = `Usage: npm run topics -- --config FILE

Makes the Kafka topics that are missing, with their partitions, compaction and retention, and says which were there. Processes do so
themselves when they start; this is for those who may not, or to look.

Exit code: 0 all are there now, 1 not, 2 wrong usage, 78 configuration.`

/** The command `topics`; returns the exit code. */
export async function runTopics(argv: readonly string[], out: Sink, err: Sink): Promise<number> {
  let config: string | undefined
  try {
    const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string' }, help: { type: 'boolean' } }, strict: true })
    if (values.help) return say(out, topicsUsage, 0)
    config = values.config
  } catch (error) {
    return say(err, `${(error as Error).message}\n\n${topicsUsage}`, 2)
  }
  if (config === undefined) return say(err, `--config is missing.\n\n${topicsUsage}`, 2)
  const parsed = parseSettings(resolve(config), process.env)
  if (!parsed.ok) return say(err, faultReport(parsed.faults), 78)
  const { kafka } = parsed.settings
  if (!kafka) return say(err, faultReport([{ where: 'kafka', message: 'is missing: it says where the topics are' }]), 78)
  const { createTopics } = await import('#bus/kafka/createTopics')
  try {
    const { brokers, prefix, ssl, sasl } = kafka
    const { made, existed } = await createTopics({ brokers, prefix, ssl, sasl, clock: realClock })
    for (const name of made) say(out, `made   ${name}`, 0)
    for (const name of existed) say(out, `there  ${name}`, 0)
    return 0
  } catch (error) {
    return say(err, `Kafka at ${kafka.brokers.join(', ')}: ${(error as Error).message}`, 1)
  }
}

const say = (sink: Sink, text: string, code: number): number => (sink.write(`${text}\n`), code)
