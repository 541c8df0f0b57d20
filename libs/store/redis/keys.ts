import { cohortShard } from '#domain/dispatch'
import { channelOf } from '../cohortRules'

/**
 * All keys of the store in Redis. What one Function touches has the same hash tag (the text in braces), so that a cluster keeps it in one slot:
 *
 * ```
 * {operator:scope}       :scope  :room  :p:N  :i:N                   pages of a scope and their index
 * {operator:disruption}  :cohorts  :owners  :r:CHANNEL/N  :s:CHANNEL/N  :m:CHANNEL/N:N   cohorts: headers, writers' epochs, recipients, slots, message ids
 * {operator}             :disruptions                                which disruptions have cohorts
 * {CHANNEL:SHARD}        :due                                        when a sender has to look at a cohort
 * {operator:riders}      :riders  :n:N  :k:N  :a:N                   records by number; look-ups by id and by address
 * {root}                 :names  :expiries  :v:REST  :roots          values; root: the first two segments of a key of three or more, else the first
 * {name}                 :lease  :places  :table  :account           leases, intern tables, accounts
 * ```
 */
export interface Keys {
  scope(scope: string): { readonly directory: string; readonly room: string; readonly page: Numbered; readonly bucket: Numbered }
  cohort(id: string): CohortKeys
  cohorts(operator: string, disruption: string): string
  disruptions(operator: string): string
  due(channel: string, shard: number): string
  riders(operator: string): { readonly meta: string; readonly record: Numbered; readonly id: Numbered; readonly address: Numbered }
  root(root: string): { readonly names: string; readonly expiries: string; readonly value: (rest: string) => string }
  /** The roots of two segments below a first segment. */
  roots(first: string): string
  lease(name: string): string
  table(name: string): { readonly places: string; readonly values: string }
  account(name: string): string
}

/** A key by its number; without one, what all of them start with. */
export type Numbered = (number: number | '') => string

export interface CohortKeys {
  readonly list: string
  readonly owners: string
  /** The cohort within its disruption, `CHANNEL/N`. */
  readonly name: string
  readonly recipients: string
  readonly slots: string
  readonly messages: Numbered
  readonly due: string
}

/** Throws a RangeError for a prefix with braces, which would take the place of every hash tag. */
export function keysWith(prefix: string): Keys {
  if (/[{}]/.test(prefix)) throw new RangeError(`prefix: no braces: ${prefix}`)
  const under = (...parts: readonly string[]) => {
    const tag = parts.map(tagPart).join(':') || '%'
    return (rest: string): string => `${prefix}{${tag}}:${rest}`
  }
  const due = (channel: string, shard: number) => under(channel, String(shard))('due')
  return {
    scope(scope) {
      const [operator, rest] = headAndRest(scope)
      const at = under(operator, rest)
      return { directory: at('scope'), room: at('room'), page: numbered(at, 'p'), bucket: numbered(at, 'i') }
    },
    cohort(id) {
      const { operator, disruption, name } = cohortParts(id)
      const at = under(operator, disruption)
      const messages = numbered(at, `m:${name}`)
      return {
        list: at('cohorts'),
        owners: at('owners'),
        name,
        recipients: at(`r:${name}`),
        slots: at(`s:${name}`),
        messages,
        due: due(channelOf(id), cohortShard(id)),
      }
    },
    cohorts: (operator, disruption) => under(operator, disruption)('cohorts'),
    disruptions: (operator) => under(operator)('disruptions'),
    due,
    riders(operator) {
      const at = under(operator, 'riders')
      return { meta: at('riders'), record: numbered(at, 'n'), id: numbered(at, 'k'), address: numbered(at, 'a') }
    },
    root(root) {
      const at = under(root)
      return { names: at('names'), expiries: at('expiries'), value: (rest) => at(`v:${rest}`) }
    },
    roots: (first) => under(first)('roots'),
    lease: (name) => under(name)('lease'),
    table: (name) => ({ places: under(name)('places'), values: under(name)('table') }),
    account: (name) => under(name)('account'),
  }
}

/** `operator/disruption/CHANNEL/N`. */
export function cohortParts(id: string): { readonly operator: string; readonly disruption: string; readonly name: string } {
  const [operator, rest] = headAndRest(id)
  const [disruption, name] = headAndRest(rest)
  return { operator, disruption, name }
}

/** Split at the first slash; without one, all is head. */
export function headAndRest(text: string): [head: string, rest: string] {
  const at = text.indexOf('/')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** Braces would end the tag, a colon would make two tags alike; an empty tag is none, so it is a lone % (which is no other tag). */
const tagPart = (part: string, at: number, parts: readonly string[]): string =>
  part.replace(at < parts.length - 1 ? /[%{}:]/g : /[%{}]/g, encodeURIComponent)

const numbered =
  (tagged: (rest: string) => string, kind: string): Numbered =>
  (number) =>
    tagged(`${kind}:${number}`)
