import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { disruptions } from '#bus/topics'
import { followTopic } from '#bus/typed'
import type { Disruption } from '#domain/disruption'
import { channelNames } from '#domain/rider'
import { slotReasons } from '#domain/slot'
import { createLogger } from '#service/log'
import { openPlatform } from '#service/openPlatform'
import { faultReport, parseSettings } from '#service/parseSettings'
import type { Settings } from '#service/settings'
import type { Platform } from '#service/tokens'
import { lockFolder } from '#sqlite/folderLock'
import { type DeadLetter, type DeadLetterFilter, countDeadLetters, deadLetters, isReplayable, replay } from '../send/deadLetters'
import type { Sink } from './replay/replay'

/** Recipients from whom on a second person has to know. */
const approvedAbove = 100

export const deadLettersUsage = `Usage: npm run dead-letters -- --config FILE [options]

Whom no alert reached, and why. Without --replay nothing is changed.
  --operator ID        only this operator
  --channel NAME       telegram, webhook or email
  --reason NAME        e.g. TOO_MANY_ATTEMPTS, UNKNOWN_OUTCOME
  --disruption ID      only this disruption
  --replay             try again what may still be told
  --approved-by NAME   the second person; needed above ${approvedAbove} recipients
  --json               one object a line`

interface Options {
  readonly config: string
  readonly operator: string | undefined
  readonly filter: DeadLetterFilter
  readonly replay: boolean
  readonly approvedBy: string | undefined
  readonly json: boolean
}

/** The command `dead-letters`; returns the exit code: 0 done, 1 failed, 2 usage, 78 configuration. Results to `out`, talk to `err`. */
export async function runDeadLetters(argv: readonly string[], out: Sink, err: Sink): Promise<number> {
  const options = parseDeadLetters(argv)
  if (options === 'help') return say(out, deadLettersUsage, 0)
  if (typeof options === 'string') return say(err, `${options}\n\n${deadLettersUsage}`, 2)
  const parsed = parseSettings(resolve(options.config), process.env)
  if (!parsed.ok) return say(err, faultReport(parsed.faults), 78)
  const unknown = options.operator !== undefined && !parsed.settings.operators.some(({ id }) => id === options.operator)
  if (unknown) return say(err, `The configuration has no operator "${options.operator}".`, 2)
  return withPlatform(parsed.settings, err, (platform) => work(options, platform, out, err))
}

export function parseDeadLetters(argv: readonly string[]): Options | string {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = { config: text, operator: text, channel: text, reason: text, disruption: text, 'approved-by': text, replay: flag, json: flag, help: flag } // prettier-ignore
  try {
    const { values } = parseArgs({ args: [...argv], options, strict: true })
    if (values.help) return 'help'
    if (!values.config) return '--config is missing. Name a configuration file.'
    const channel = channelNames.find((name) => name !== 'NONE' && name === values.channel?.toUpperCase())
    if (values.channel !== undefined && !channel) return `There is no channel "${values.channel}". Use telegram, webhook or email.`
    const reason = slotReasons.find((name) => name === values.reason?.toUpperCase())
    if (values.reason !== undefined && !reason) return `There is no reason "${values.reason}". Use one of: ${slotReasons.join(', ')}.`
    const { config, operator, disruption, replay: again = false, json = false } = values
    return { config, operator, filter: { channel, reason, disruption }, replay: again, approvedBy: values['approved-by'], json }
  } catch (error) {
    return (error as Error).message
  }
}

/** The embedded files are one process's: while it runs, it has them locked. */
async function withPlatform(settings: Settings, err: Sink, task: (platform: Platform) => Promise<number>): Promise<number> {
  mkdirSync(settings.home, { recursive: true, mode: 0o700 })
  const isShared = settings.kafka !== undefined && settings.redis !== undefined
  const lock = isShared ? undefined : lockFolder(settings.home)
  if (lock && !lock.ok) return say(err, lock.message, 1)
  const platform = await openPlatform(settings, createLogger('error', false))
  try {
    return await task(platform)
  } finally {
    await platform.close()
    if (lock?.ok) lock.lock.release()
  }
}

/** Exported for tests: the command on an open platform. */
export async function work(
  { operator, filter, replay: isReplay, approvedBy, json }: Omit<Options, 'config'>,
  { bus, store, clock, settings }: Pick<Platform, 'bus' | 'store' | 'clock' | 'settings'>,
  out: Sink,
  err: Sink,
): Promise<number> {
  const known = await disruptionsIn(bus)
  const now = Math.floor(clock.now() / 1000)
  const canBe = (letter: DeadLetter) => isReplayable(letter, known.get(`${letter.operator}/${letter.disruption}`), now)
  const own = settings.operators.map(({ id }) => id).filter((id) => operator === undefined || id === operator)
  const letters = (await Promise.all(own.map((id) => deadLetters(store, id, filter)))).flat()
  print(own, letters, canBe, json, out)
  const again = letters.filter(canBe)
  if (!isReplay) return say(err, `Dry run: --replay would try ${again.length} of ${letters.length} again; the others are too late.`, 0)
  if (again.length > approvedAbove && !approvedBy) {
    return say(err, `${again.length} recipients are more than ${approvedAbove}: name who else agrees, with --approved-by NAME.`, 2)
  }
  const cohorts = await replay(bus, again)
  return say(err, `${again.length} of ${letters.length} are tried again (${cohorts} cohorts${approvedBy ? `, approved by ${approvedBy}` : ''}).`, 0) // prettier-ignore
}

function print(
  operators: readonly string[],
  letters: readonly DeadLetter[],
  canBe: (l: DeadLetter) => boolean,
  json: boolean,
  out: Sink,
): void {
  if (json) for (const letter of letters) say(out, JSON.stringify({ ...letter, replayable: canBe(letter) }), 0)
  if (json) return
  if (letters.length === 0) return void say(out, 'No dead letters.', 0)
  say(out, row('operator', 'channel', 'reason', 'letters', 'replayable'), 0)
  for (const id of operators) {
    const counts = countDeadLetters(letters.filter((letter) => letter.operator === id), canBe) // prettier-ignore
    for (const c of counts) say(out, row(id, c.channel, c.reason, String(c.letters), String(c.replayable)), 0)
  }
}

const row = (operator: string, channel: string, reason: string, count: string, replayable: string): string =>
  `${operator.padEnd(20)} ${channel.padEnd(9)} ${reason.padEnd(18)} ${count.padStart(8)} ${replayable.padStart(11)}`

async function disruptionsIn(bus: Platform['bus']): Promise<ReadonlyMap<string, Disruption>> {
  const known = new Map<string, Disruption>()
  const follower = await followTopic(bus, disruptions, (records) => {
    for (const { key = '', value } of records) if (value) known.set(key, value)
    else known.delete(key)
  }, () => undefined) // prettier-ignore
  await follower.caughtUp()
  await follower.stop()
  return known
}

function say(sink: Sink, text: string, code: number): number {
  sink.write(`${text}\n`)
  return code
}
