import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { realClock } from '#service/realClock'
import { faultReport, parseSettings } from '#service/parseSettings'
import type { Settings } from '#service/settings'
import { lockFolder } from '#sqlite/folderLock'
import type { Sink } from '../replay/replay'
import { copyKeyFile } from './keyFile'
import { type Moved, move } from './move'

export const migrateUsage = `Usage: npm run migrate -- --config FILE

Moves an installation of one process (a state folder) to Kafka and Redis, with nothing lost: riders and their subscriptions, lines,
disruptions, what has been told to whom and what is still to be told. Stop the process before; the folder itself stays as it is.

  --config FILE   the new configuration, with kafka, redis and keyFile; both must be empty
  --help

Environment: LINIENFUNK_HOME, the state folder (.linienfunk).
Broken off, it can be run again and goes on. Exit code: 0 moved, 1 not (the reason is told), 2 wrong usage, 78 configuration.`

/** The command `migrate`; returns the exit code. */
export async function runMigrate(argv: readonly string[], out: Sink, err: Sink): Promise<number> {
  let config: string | undefined
  try {
    const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string' }, help: { type: 'boolean' } }, strict: true })
    if (values.help) return say(out, migrateUsage, 0)
    config = values.config
  } catch (error) {
    return say(err, `${(error as Error).message}\n\n${migrateUsage}`, 2)
  }
  if (config === undefined) return say(err, `--config is missing.\n\n${migrateUsage}`, 2)
  const settings = targetSettings(config)
  if (typeof settings === 'string') return say(err, settings, 78)
  const missing = ['bus.db', 'store.db'].filter((name) => !existsSync(join(settings.home, name)))
  if (missing.length > 0)
    return say(err, `${settings.home} is no state folder: it has no ${missing.join(' and no ')}. Set LINIENFUNK_HOME.`, 1)
  const lock = lockFolder(settings.home)
  if (!lock.ok) return say(err, lock.message, 1)
  try {
    return await migrate(settings, (text, code) => say(code === 0 ? out : err, text, code))
  } catch (error) {
    return say(err, `${(error as Error).message}\nNothing is lost: run this again when it is put right.`, 1)
  } finally {
    lock.lock.release()
  }
}

type Target = Settings & Required<Pick<Settings, 'kafka' | 'redis' | 'keyFile'>>

/** A text: what is wrong. */
function targetSettings(config: string): Target | string {
  const parsed = parseSettings(resolve(config), process.env)
  if (!parsed.ok) return faultReport(parsed.faults)
  const { kafka, redis, keyFile } = parsed.settings
  const missing = Object.entries({ kafka, redis, keyFile }).filter(([, value]) => value === undefined)
  const message = 'is missing: it says where to move to'
  return missing.length > 0 ? faultReport(missing.map(([where]) => ({ where, message }))) : (parsed.settings as Target)
}

async function migrate({ home, kafka, redis, keyFile }: Target, say: (text: string, code: number) => number): Promise<number> {
  const key = copyKeyFile(home, keyFile)
  if (!key.ok) return say(key.message, 1)
  say(`The key of the addresses ${key.copied ? 'was copied to' : 'is in'} ${keyFile}. Every process needs it; keep a copy elsewhere.`, 0)
  const [{ kafkaIntake }, { kafkaBus }, { redisStore }] = await Promise.all([
    import('#bus/kafka/intake'),
    import('#bus/kafka/kafkaBus'),
    import('#store/redis/redisStore'),
  ])
  const clock = realClock
  const { brokers, prefix, ssl, sasl } = kafka
  const cluster = { brokers, prefix, ssl, sasl, clock }
  const intake = await kafkaIntake(cluster)
  const store = await redisStore({ servers: redis, nowMs: clock.now, clock })
  try {
    const target = `${brokers.join(',')} ${prefix} ${'url' in redis ? hostOf(redis.url) : redis.urls.map(hostOf).join(',')}`
    const openBus = () => kafkaBus(cluster)
    return report(await move({ home, target, intake, openBus, store, clock, say: (line) => void say(line, 0) }), home, say)
  } finally {
    await Promise.all([intake.close(), store.close()])
  }
}

function report(moved: Moved, home: string, say: (text: string, code: number) => number): number {
  if (moved.kind === 'refused') return say(moved.message, 1)
  if (moved.kind === 'before') return say(`${home} has been moved already.`, 0)
  const { topics, store, riders } = moved
  for (const [topic, count] of Object.entries(topics)) say(`  ${topic.padEnd(18)} ${count} records`, 0)
  say(`  riders             ${riders} in Redis, with look-ups and subscriptions`, 0)
  say(`  cohorts            ${store.cohorts}, with ${store.recipients} riders told or to be told`, 0)
  say(`  values             ${store.values}, tables ${store.tables}`, 0)
  return say(
    `Moved. Start the processes with the new configuration (ingest, detect, match, send, gateway). Do not start ${home} again without it:\nit would tell riders once more what the new ones tell.`,
    0,
  )
}

/** Without user and password. */
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '?')

const say = (sink: Sink, text: string, code: number): number => (sink.write(`${text}\n`), code)
