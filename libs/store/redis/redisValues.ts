import { byKey } from '../byKey'
import type { State, StateEntry } from '../ports'
import { type Keys, headAndRest } from './keys'
import type { Link } from './link'
import { bytesOf, listOf } from './replies'
import { expiryBytes } from './stateLua'

/** Entries of one call, and names and values of one look: none of them holds up the server. */
const mostPuts = 64
const mostNames = 512
const mostValues = 32

export function redisValues(link: Link, keys: Keys, nowMs: () => number): Pick<State, 'getMany' | 'putMany' | 'putIfAbsent' | 'list'> {
  const live = (stored: Buffer | undefined): Buffer | undefined => liveAt(stored, nowMs())
  const putRoot = async (root: string, entries: readonly StateEntry[]) => {
    const { names, expiries, value } = keys.root(root)
    const places = entries.map((entry) => placeOf(entry.key).rest)
    const args = entries.flatMap((entry, i) => [places[i] ?? '', expiryOf(entry), Buffer.from(entry.value ?? [])])
    await noteRoot(link, keys, root)
    await link.call('putValues', [names, expiries, ...places.map(value)], value(''), String(nowMs()), ...args)
  }
  return {
    getMany: (wanted) =>
      Promise.all(
        wanted.map(async (key) => {
          const { root, rest } = placeOf(key)
          const value = keys.root(root).value(rest)
          return live(bytesOf(await link.command(value, 'GET', value)))
        }),
      ),
    putMany: async (entries) => {
      const roots = Map.groupBy(entries, ({ key }) => placeOf(key).root)
      await Promise.all([...roots].flatMap(([root, group]) => inParts(group, mostPuts).map((part) => putRoot(root, part))))
    },
    putIfAbsent: async (key, value, expiresAtMs) => {
      const { root, rest } = placeOf(key)
      const { names, expiries, value: valueKey } = keys.root(root)
      const args = [valueKey(''), String(nowMs()), rest, String(expiresAtMs ?? 0), Buffer.from(value)]
      await noteRoot(link, keys, root)
      const there = bytesOf(await link.call('putIfAbsent', [names, expiries, valueKey(rest)], ...args))
      return there ? there.subarray(expiryBytes) : Buffer.from(value)
    },
    list: async (prefix) => {
      const roots = await rootsOf(link, keys, prefix)
      const found = await Promise.all(roots.map(({ root, rest }) => listRoot(link, keys, root, rest)))
      return found
        .flat()
        .flatMap(({ key, stored }) => (live(stored) ? [{ key, value: stored.subarray(expiryBytes) }] : []))
        .sort((a, b) => byKey(a.key, b.key))
    },
  }
}

interface Place {
  /** What lies in one slot of the Cluster and is listed together: `detect/lindenau`. */
  readonly root: string
  readonly rest: string
}

/** A root is a kind of value and an operator, so that operators spread over a Cluster; keys of two segments have the first as root. */
function placeOf(key: string): Place {
  const [first, rest] = headAndRest(key)
  const [second, tail] = headAndRest(rest)
  return rest.includes('/')
    ? { root: `${first}/${second}`, rest: tail }
    : key.includes('/')
      ? { root: first, rest }
      : { root: '', rest: key }
}

/** A root of two segments is noted under its first one, before it holds anything, and for good: there are as many as kinds and operators. */
async function noteRoot(link: Link, keys: Keys, root: string): Promise<void> {
  const [first, second] = headAndRest(root)
  if (second !== '') await link.command(keys.roots(first), 'SADD', keys.roots(first), second)
}

/** Where keys with the prefix may be. Throws a RangeError unless it has a whole segment: there is no list of everything. */
async function rootsOf(link: Link, keys: Keys, prefix: string): Promise<Place[]> {
  if (!prefix.includes('/')) throw new RangeError(`list: the prefix has no whole segment: ${prefix}`)
  const [first, rest] = headAndRest(prefix)
  if (rest.includes('/')) return [placeOf(prefix)]
  const noted = await link.command(keys.roots(first), 'SMEMBERS', keys.roots(first))
  const seconds = listOf(noted instanceof Set ? [...noted] : noted).map(String)
  return [{ root: first, rest }, ...seconds.filter((each) => each.startsWith(rest)).map((each) => ({ root: `${first}/${each}`, rest: '' }))]
}

async function listRoot(link: Link, keys: Keys, root: string, prefix: string): Promise<{ key: string; stored: Buffer }[]> {
  const { value } = keys.root(root)
  const names = await namesOf(link, keys.root(root).names, prefix)
  const parts = await Promise.all(
    inParts(names, mostValues).map(async (part) => listOf(await link.command(value(''), 'MGET', ...part.map(value)))),
  )
  const values = parts.flat()
  return names.flatMap((name, i) => {
    const stored = values[i]
    return stored ? [{ key: root === '' ? name : `${root}/${name}`, stored }] : []
  })
}

async function namesOf(link: Link, key: string, prefix: string): Promise<string[]> {
  const names: string[] = []
  const end = Buffer.concat([Buffer.from(`(${prefix}`), Buffer.of(0xff)])
  for (;;) {
    const last = names.at(-1)
    const start = last === undefined ? `[${prefix}` : `(${last}`
    const part = listOf(await link.command(key, 'ZRANGE', key, start, end, 'BYLEX', 'LIMIT', '0', String(mostNames)))
    names.push(...part.map(String))
    if (part.length < mostNames) return names
  }
}

const expiryOf = ({ value, expiresAtMs }: StateEntry): string => (value ? String(expiresAtMs ?? 0) : '')

function liveAt(stored: Buffer | undefined, now: number): Buffer | undefined {
  const expires = stored?.readDoubleLE(0) ?? 0
  return expires === 0 || expires > now ? stored?.subarray(expiryBytes) : undefined
}

const inParts = <T>(items: readonly T[], most: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / most) }, (_, i) => items.slice(i * most, (i + 1) * most))
