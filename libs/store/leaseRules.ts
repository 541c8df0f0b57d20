export interface Lease {
  readonly holder: string
  /** Rises whenever somebody starts to hold it, also the same holder after it had expired: what was done under the old epoch is void. */
  readonly epoch: number
  /** Epoch ms; from then on anybody may take it. A release sets 0: the epoch must survive. */
  readonly expiresAt: number
}

/** The lease after `holder` asked for it; undefined: somebody else holds it. */
export function takeLease(before: Lease | undefined, holder: string, ttlMs: number, nowMs: number): Lease | undefined {
  const expiresAt = nowMs + ttlMs
  if (!before) return { holder, epoch: 1, expiresAt }
  if (before.expiresAt <= nowMs) return { holder, epoch: before.epoch + 1, expiresAt }
  return before.holder === holder ? { holder, epoch: before.epoch, expiresAt } : undefined
}
