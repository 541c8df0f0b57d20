import { pageScope } from '#matching/places'
import type { PageReader } from '#matching/who'

/** Records of some riders as pages, so that the same filter asks them. */
export function pagesOf(operator: string, placesOfRiders: readonly ReadonlyMap<string, Buffer>[]): PageReader {
  const pages = new Map<string, Buffer[]>()
  for (const places of placesOfRiders) {
    for (const [scope, records] of places) {
      const name = pageScope(operator, scope)
      const own = pages.get(name)
      if (own) own.push(records)
      else pages.set(name, [records])
    }
  }
  return {
    count: async (scope) => pages.get(scope)?.length ?? 0,
    read: async (scope, page) => pages.get(scope)?.[page] ?? Buffer.alloc(0),
  }
}
