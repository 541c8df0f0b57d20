import type { State } from '../ports'
import type { Keys } from './keys'
import type { Link } from './link'
import { listOf, numberOf } from './replies'

/** Entries of one call, so that a long table does not hold up the server. They only ever grow, so that a table read in parts is one that was. */
const mostEntries = 512

export const redisTables = (link: Link, keys: Keys): Pick<State, 'intern' | 'table'> => ({
  intern: async (table, value) => {
    const { places, values } = keys.table(table)
    return numberOf(await link.call('intern', [places, values], Buffer.from(value)))
  },
  table: async (table) => {
    const { values } = keys.table(table)
    const entries: Buffer[] = []
    for (;;) {
      const part = listOf(await link.command(values, 'LRANGE', values, String(entries.length), String(entries.length + mostEntries - 1)))
      for (const entry of part) entries.push(entry ?? Buffer.alloc(0))
      if (part.length < mostEntries) return entries
    }
  },
})
