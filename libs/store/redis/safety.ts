import type { Connection } from './connection'

/** The server's settings could lose what it has acknowledged; the message says what to change. */
export class StoreUnsafe extends Error {
  readonly code = 'STORE_UNSAFE'
}

interface Demand {
  readonly setting: string
  readonly value: string
  readonly because: string
}

/** Cohorts, slots and due times are nowhere else (architecture: who is authoritative), and a write is promised to be durable when it is answered. */
const demands: readonly Demand[] = [
  { setting: 'maxmemory-policy', value: 'noeviction', because: 'a full server would throw subscriptions away without a word' },
  { setting: 'appendonly', value: 'yes', because: 'a restart would lose everything since the last snapshot' },
  { setting: 'appendfsync', value: 'always', because: 'a power cut would lose what was acknowledged in the last second or two' },
]

/** Throws StoreUnsafe unless every master has the settings; all faults at once. */
export async function demandSafety(connection: Connection): Promise<void> {
  const answers = await connection.toMasters(['CONFIG', 'GET', ...demands.map(({ setting }) => setting)]).catch((error: unknown) => {
    throw new StoreUnsafe(`Redis does not tell its settings, so nobody knows whether it is safe: allow CONFIG GET. (${String(error)})`)
  })
  const faults = [...new Set(answers.flatMap((answer) => faultsOf(settingsOf(answer))))]
  if (faults.length > 0) throw new StoreUnsafe(`Redis would lose data. ${faults.join(' ')}`)
}

const faultsOf = (found: ReadonlyMap<string, string>): string[] =>
  demands
    .filter(({ setting, value }) => found.get(setting) !== value)
    .map(({ setting, value, because }) => `Set ${setting} to ${value} (it is ${found.get(setting) || 'unknown'}): ${because}.`)

/** RESP3 answers with a map, which comes as an object, a Map or names and values by turns, as the client likes. */
function settingsOf(answer: unknown): Map<string, string> {
  const pairs =
    answer instanceof Map
      ? [...answer]
      : Array.isArray(answer)
        ? answer.flatMap((name, i) => (i % 2 === 0 ? [[name, answer[i + 1]]] : []))
        : Object.entries(answer as object)
  return new Map(pairs.map(([name, value]) => [String(name), String(value)]))
}
