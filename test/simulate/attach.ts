import 'reflect-metadata'
import type { BusStrategy } from '#bus/strategy'

type Method = (this: object, data: unknown) => unknown

/** Hands the methods marked with @Consume or @Owns to Nest's transport, as Nest does it when it starts a module's controllers. */
export function attach(strategy: BusStrategy, controller: object): void {
  const prototype = Object.getPrototypeOf(controller) as Record<string, unknown>
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const method = prototype[name]
    if (typeof method !== 'function') continue
    for (const pattern of patternsOf(method)) {
      strategy.addHandler(pattern, (data: unknown) => Promise.resolve((method as Method).call(controller, data)), true)
    }
  }
}

/** Where @EventPattern leaves its pattern. */
const patternsOf = (method: object): readonly string[] =>
  (Reflect.getMetadata('microservices:pattern', method) as string[] | undefined) ?? []

export function listening(strategy: BusStrategy): Promise<void> {
  return new Promise((resolve, reject) => {
    void strategy.listen((error?: unknown) => (error === undefined ? resolve() : reject(error as Error)))
  })
}
