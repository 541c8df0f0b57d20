import 'reflect-metadata'

export type Token = symbol | (abstract new (...args: never[]) => unknown)
type Class = new (...args: unknown[]) => object
interface Factory {
  readonly provide: Token
  readonly inject: readonly Token[]
  readonly useFactory: (...args: unknown[]) => object
}

/**
 * Makes the objects of a Nest module as Nest would, by the same metadata, but at once: Nest takes milliseconds and turns of the loop for it, and a
 * simulation starts thousands of processes.
 */
export class Injector {
  private readonly made = new Map<Token, object>()
  private readonly factories = new Map<Token, Factory>()

  constructor(given: ReadonlyMap<Token, object>) {
    for (const [token, value] of given) this.made.set(token, value)
  }

  /** Providers and controllers of a module, all made. */
  module(module: Class): { readonly all: readonly object[]; readonly controllers: readonly object[] } {
    const providers = (Reflect.getMetadata('providers', module) ?? []) as (Class | Factory)[]
    const controllers = (Reflect.getMetadata('controllers', module) ?? []) as Class[]
    for (const provider of providers) if ('useFactory' in provider) this.factories.set(provider.provide, provider)
    const tokens = [...providers.map((p) => ('useFactory' in p ? p.provide : p)), ...controllers]
    const all = tokens.map((token) => this.get(token))
    return { all, controllers: controllers.map((c) => this.get(c)) }
  }

  get<T extends object>(token: Token): T {
    const found = this.made.get(token) ?? this.make(token)
    this.made.set(token, found)
    return found as T
  }

  private make(token: Token): object {
    const factory = this.factories.get(token)
    if (factory) return factory.useFactory(...factory.inject.map((t) => this.get(t)))
    if (typeof token !== 'function') throw new Error(`Nothing provides ${String(token)}`)
    const types = (Reflect.getMetadata('design:paramtypes', token) ?? []) as Token[]
    const named = (Reflect.getMetadata('self:paramtypes', token) ?? []) as { index: number; param: Token }[]
    const tokens = types.map((type, i) => named.find((n) => n.index === i)?.param ?? type)
    return new (token as unknown as Class)(...tokens.map((t) => this.get(t)))
  }
}

interface Hooks {
  onModuleInit?(): unknown
  onApplicationBootstrap?(): unknown
}

/** Nest's hooks at the start of an application, in its order. */
export async function started(objects: readonly object[]): Promise<void> {
  for (const hook of ['onModuleInit', 'onApplicationBootstrap'] as const) {
    await Promise.all(objects.map((o) => (o as Hooks)[hook]?.()))
  }
}
