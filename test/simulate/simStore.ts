import type { ChunkWrite, StateEntry, Store } from '#store/ports'
import type { Call, Fate, Life } from './life'
import type { Universe } from './universe'

export interface SimStoreOptions {
  readonly universe: Universe
  /** Rules and durable state, which outlive the processes. */
  readonly base: Store
  readonly life: Life
  /** Called where the effect is: for the laws that look at the store's own time. */
  readonly onDone?: (name: string, args: readonly unknown[]) => void
}

const ports = ['pages', 'cohorts', 'riders', 'state', 'limits'] as const

/** The store as one process sees it: every call takes time and may fail, be done without an answer, or be done in part. */
export function simStore(options: SimStoreOptions): Store {
  const through = Object.fromEntries(ports.map((port) => [port, portThrough(options, port)]))
  return { ...(through as unknown as Store), close: async () => {} }
}

type Method = (...args: unknown[]) => Promise<unknown>

function portThrough(options: SimStoreOptions, port: (typeof ports)[number]): object {
  const methods = new Map<string, Method>()
  return new Proxy(options.base[port], {
    get: (target, method) => {
      const known = methods.get(String(method))
      if (known) return known
      const made = methodThrough(options, `store.${port}.${String(method)}`, (Reflect.get(target, method) as Method).bind(target))
      methods.set(String(method), made)
      return made
    },
  })
}

const methodThrough =
  ({ universe, life, onDone }: SimStoreOptions, name: string, call: Method): Method =>
  (...args) =>
    life.call({
      name,
      typicalMs: 1,
      fate: fateOf(universe, name),
      done: () => {
        const result = call(...args)
        onDone?.(name, args)
        if (/own$|writeChunks/.test(name)) void result.then((answer) => noteRefusal(universe, answer))
        return result
      },
      torn: () => tear(universe, name, call, args),
      error: () => new Error(`the store is down: ${name}`),
    } satisfies Call<unknown>)

/** The answers of `own` and `writeChunks` to whom a newer owner has overtaken. */
function noteRefusal({ notes }: Universe, answer: unknown): void {
  if (answer === false) notes.sometimes('an older owner is refused')
  if (Array.isArray(answer) && answer.length > 0) notes.sometimes('a fenced writer is refused')
}

function fateOf(universe: Universe, name: string): Fate {
  const { plan, chance, notes } = universe
  const { refused, lostReply, torn } = plan.store
  if (universe.isDown('store') || (refused > 0 && chance.is(refused))) return 'refused'
  if (lostReply > 0 && chance.is(lostReply)) {
    notes.sometimes('lost answer of the store')
    return 'answer lost'
  }
  return torn > 0 && /putMany|writeChunks/.test(name) && chance.is(torn) ? 'torn' : 'done'
}

/** Entries of different keys, and chunks of different disruptions, lie in different places: some are written, some are not. */
function tear({ chance, notes }: Universe, name: string, call: Method, args: unknown[]): unknown {
  const all = args[0] as readonly (StateEntry | ChunkWrite)[]
  const part = all.filter(() => chance.is(0.5))
  if (part.length > 0 && part.length < all.length) notes.sometimes(`torn write: ${name}`)
  return call(part)
}
