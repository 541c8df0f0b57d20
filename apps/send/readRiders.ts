import { riders as topic } from '#bus/topics'
import type { Rider } from '#domain/rider'
import type { Riders } from '#store/ports'
import type { Claim } from './attempt'

export type ReadRiders = (operator: string, numbers: readonly number[]) => Promise<(Rider | undefined)[]>

/** Records as they stand in the store now; undefined: erased. */
export const readRiders =
  (riders: Pick<Riders, 'getMany'>): ReadRiders =>
  async (operator, numbers) => {
    const stored = await riders.getMany(operator, numbers)
    return stored.map((s) => s && topic.codec.decode(s.record))
  }

/** The riders of all these claims, one read an operator; in their order. */
export async function ridersOf(claims: readonly Claim[], read: ReadRiders): Promise<(Rider | undefined)[]> {
  const found = new Map<Claim, Rider | undefined>()
  for (const [operator, own] of Map.groupBy(claims, (c) => c.cohort.header.operator)) {
    const riders = await read(operator, own.map((c) => c.cohort.recipient(c.slot).rider)) // prettier-ignore
    own.forEach((claim, i) => found.set(claim, riders[i]))
  }
  return claims.map((claim) => found.get(claim))
}
