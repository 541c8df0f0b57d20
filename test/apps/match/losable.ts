import type { Store } from '#store/ports'

/** A store that can be emptied under those who use it, as by FLUSHALL. `onCall` is told of every call before it is made. */
export function losable(fresh: () => Store): Store & { lose(): void; onCall: () => void } {
  let inner = fresh()
  const lost = { lose: () => void (inner = fresh()), onCall: () => {} }
  const port = <K extends keyof Store>(name: K): Store[K] =>
    new Proxy({} as Store[K] & object, {
      get:
        (_, method) =>
        (...args: unknown[]) => {
          lost.onCall()
          const target = inner[name] as unknown as Record<string | symbol, (...args: unknown[]) => unknown>
          return target[method]?.(...args)
        },
    })
  const ports = { pages: port('pages'), cohorts: port('cohorts'), riders: port('riders'), state: port('state'), limits: port('limits') }
  return Object.assign(lost, ports, { close: async () => {} })
}
