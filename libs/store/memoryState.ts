import type { State } from './ports'
import { byKey } from './byKey'
import { type Lease, takeLease } from './leaseRules'

interface Entry {
  readonly value: Buffer
  readonly expiresAtMs: number | undefined
}

export function memoryState(nowMs: () => number): State {
  return { ...memoryValues(nowMs), ...memoryTables(), ...memoryLeases() }
}

function memoryValues(nowMs: () => number): Pick<State, 'getMany' | 'putMany' | 'putIfAbsent' | 'list'> {
  const entries = new Map<string, Entry>()
  /** Forgets what has expired, so that nothing has to sweep. */
  const live = (key: string): Buffer | undefined => {
    const entry = entries.get(key)
    if (entry?.expiresAtMs === undefined || entry.expiresAtMs > nowMs()) return entry?.value
    entries.delete(key)
    return undefined
  }
  const set = (key: string, value: Uint8Array, expiresAtMs: number | undefined) =>
    entries.set(key, { value: Buffer.from(value), expiresAtMs })
  return {
    getMany: async (keys) => keys.map((key) => copyOf(live(key))),
    putMany: async (puts) => {
      for (const { key, value, expiresAtMs } of puts) {
        if (value) set(key, value, expiresAtMs)
        else entries.delete(key)
      }
    },
    putIfAbsent: async (key, value, expiresAtMs) => {
      if (!live(key)) set(key, value, expiresAtMs)
      return Buffer.from(live(key) ?? value)
    },
    list: async (prefix) =>
      [...entries.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort(byKey)
        .flatMap((key) => {
          const value = copyOf(live(key))
          return value ? [{ key, value }] : []
        }),
  }
}

function memoryTables(): Pick<State, 'intern' | 'table'> {
  const tables = new Map<string, Map<string, Buffer>>()
  const of = (name: string): Map<string, Buffer> => {
    const table = tables.get(name) ?? new Map<string, Buffer>()
    tables.set(name, table)
    return table
  }
  return {
    intern: async (name, value) => {
      const table = of(name)
      const key = Buffer.from(value).toString('latin1')
      if (!table.has(key)) table.set(key, Buffer.from(value))
      return [...table.keys()].indexOf(key)
    },
    table: async (name) => [...of(name).values()].map((value) => Buffer.from(value)),
  }
}

function memoryLeases(): Pick<State, 'lease' | 'release'> {
  const leases = new Map<string, Lease>()
  return {
    lease: async (name, holder, ttlMs, nowMs) => {
      const taken = takeLease(leases.get(name), holder, ttlMs, nowMs)
      if (taken) leases.set(name, taken)
      return taken && { epoch: taken.epoch }
    },
    release: async (name, holder) => {
      const lease = leases.get(name)
      if (lease?.holder === holder) leases.set(name, { ...lease, expiresAt: 0 })
    },
  }
}

const copyOf = (bytes: Buffer | undefined): Buffer | undefined => bytes && Buffer.from(bytes)
