import type { Disruption } from '#domain/disruption'

/** Adds moments to a disruption's evidence: `suspected`, `opened`, `newest`, `closed`, each with its time and the trips that decided it. */
export function withEvidence(d: Disruption, moments: object): Disruption {
  return { ...d, evidence: JSON.stringify({ ...parsed(d), ...moments }) }
}

/** The opening, told apart from the suspicion only where they are two snapshots. */
export const openedEvidence = (d: Disruption, evidence: object, at: number): object => ({
  ...(d.suspectedAt === at && { suspected: undefined }),
  opened: { at, ...evidence },
})

function parsed(d: Disruption): object {
  return d.evidence ? (JSON.parse(d.evidence) as object) : {}
}
