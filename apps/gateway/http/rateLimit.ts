import type { Clock } from '#domain/ports'
import { Problem } from './problem'

const maxKeys = 50_000

/** Token buckets in memory, by whatever key is to be slowed down (an IP, an address). Each instance has its own: a brake, not an account. */
export class RateLimit {
  private readonly buckets = new Map<string, { tokens: number; at: number }>()

  constructor(
    private readonly clock: Clock,
    private readonly burst: number,
    private readonly perMinute: number,
  ) {}

  /** Takes one token; false when there is none. */
  take(key: string): boolean {
    const now = this.clock.elapsed()
    const bucket = this.buckets.get(key) ?? { tokens: this.burst, at: now }
    const tokens = Math.min(this.burst, bucket.tokens + ((now - bucket.at) / 60_000) * this.perMinute)
    this.buckets.delete(key)
    this.buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at: now })
    if (this.buckets.size > maxKeys) this.forgetOldest()
    return tokens >= 1
  }

  /** Takes one token or throws 429. */
  require(key: string): void {
    if (this.take(key)) return
    const seconds = String(Math.ceil(60 / this.perMinute))
    throw new Problem(429, 'RATE_LIMITED', 'Too many requests from here.', `Wait ${seconds} s.`, { 'retry-after': seconds })
  }

  private forgetOldest() {
    const oldest = this.buckets.keys().next()
    if (!oldest.done) this.buckets.delete(oldest.value)
  }
}
