import type { Limits } from './ports'
import { type Bucket, drawTokens } from './tokenBucket'

/** A freeze that outlives the process; the buckets need not (tokenBucket.ts). */
export interface Freezes {
  until(account: string): number
  put(account: string, untilMs: number): Promise<void>
}

/** Buckets in this process, which is the only one on its store; replicas share theirs through Redis. */
export function accountLimits(freezes: Freezes): Limits {
  const buckets = new Map<string, Bucket>()
  /** A freeze counts at once, not only when it is on disk. */
  const frozen = new Map<string, number>()
  const frozenUntil = (account: string): number => {
    const until = frozen.get(account) ?? freezes.until(account)
    frozen.set(account, until)
    return until
  }
  return {
    draw: async (account, rate, want, nowMs) => {
      const drawn = drawTokens(buckets.get(account), rate, nowMs < frozenUntil(account) ? 0 : want, nowMs)
      buckets.set(account, drawn.bucket)
      return { granted: drawn.granted, waitMs: Math.max(drawn.waitMs, frozenUntil(account) - nowMs) }
    },
    freeze: async (account, untilMs) => {
      if (untilMs <= frozenUntil(account)) return
      frozen.set(account, untilMs)
      await freezes.put(account, untilMs)
    },
  }
}
