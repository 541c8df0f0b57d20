/** What a detected disruption was concluded from at one moment; written by detection, read here with care. */
export interface Moment {
  readonly at: number
  readonly running?: number
  readonly late?: readonly { readonly trip: string; readonly delay: number; readonly nextStop: string; readonly predicted: number }[]
  readonly cancelled?: readonly { readonly trip: string; readonly departure: number }[]
}

/** The newest moment with trips; undefined for notices and the operator's own alerts. */
export function newestMoment(evidence: unknown): Moment | undefined {
  const moments = (typeof evidence === 'object' && evidence !== null ? evidence : {}) as Readonly<Record<string, unknown>>
  return [moments.newest, moments.opened, moments.suspected].find(isMoment)
}

/** Who issued a notice. */
export const authorOf = (evidence: unknown): string | undefined =>
  typeof evidence === 'object' && evidence !== null && 'author' in evidence && typeof evidence.author === 'string'
    ? evidence.author
    : undefined

const isMoment = (value: unknown): value is Moment =>
  typeof value === 'object' &&
  value !== null &&
  ['late', 'cancelled'].some((name) => Array.isArray((value as Record<string, unknown>)[name]))
