import type { Limits } from '../ports'
import type { Keys } from './keys'
import type { Link } from './link'

/** Buckets in the server: all replicas draw from the same one. */
export const redisLimits = (link: Link, keys: Keys): Limits => ({
  draw: async (account, { perSecond, burst }, want, nowMs) => {
    const drawn = await link.call('drawTokens', [keys.account(account)], ...[perSecond, burst, want, nowMs].map(String))
    const [granted = 0, waitMs = 0] = drawn as number[]
    return { granted, waitMs: Math.max(0, waitMs) }
  },
  freeze: async (account, untilMs) => void (await link.call('freezeAccount', [keys.account(account)], String(untilMs))),
})
