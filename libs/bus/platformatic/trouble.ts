import { GenericError, findErrorBy } from '@platformatic/kafka'
import type { Clock } from '#domain/ports'
import { Crashes } from '../kafka/crashes'
import type { KafkaReport } from '../kafka/events'

interface Place {
  readonly topic: string
  readonly group: string
}

/** What to say of what a fetcher could not do: most passes by itself; what cannot be read does not, and the third time the process has to end. */
export function troubleOf(clock: Clock, report: KafkaReport, { topic, group }: Place): (error: unknown) => void {
  const crashes = new Crashes(clock)
  let ended = false
  let quietUntil = 0
  const say = (error: unknown) => {
    const now = clock.elapsed()
    if (now < quietUntil) return
    quietUntil = now + quietMs
    report({ kind: 'client', level: 'warn', message: `Fetching ${topic} goes on after: ${deepest(error).message}` })
  }
  return (error) => {
    if (ended) return
    if (isPassing(error)) return say(error)
    ended = crashes.isTooOften()
    report({ kind: 'crash', topic, group, error, rebuilt: !ended })
    if (ended) report({ kind: 'fatal', topic, group, error })
  }
}

/** Brokers go and come, leaders move. What the client has not foreseen, or cannot unpack, stays so. */
export const isPassing = (error: unknown): boolean =>
  causesOf(error).every((cause) => GenericError.isGenericError(cause as GenericError)) &&
  !findErrorBy(error as Error, 'code', 'PLT_KFK_UNSUPPORTED_COMPRESSION')

const causesOf = (error: unknown): unknown[] => (error instanceof AggregateError ? error.errors.flatMap(causesOf) : [error])
const deepest = (error: unknown): Error => (causesOf(error).at(-1) ?? error) as Error

/** A broker that is down fails several times a second. */
const quietMs = 5000
