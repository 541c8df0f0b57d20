import type { Limits } from '#store/ports'

export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** Failures in a row after which a shared account rests, from a second up to a minute. */
const tolerated = 5
const restMs = { first: 1000, longest: 60_000 }
/** A refused token is tried again after this long. */
const haltMs = 15 * 60_000

/** A messenger's account of one operator (`TELEGRAM/lindenau`): its tokens, drawn in blocks from the store, and until when it has to wait. */
export class Account {
  halted = false
  private tokens = 0
  private blockedUntil = 0
  private failures = 0
  /** Frozen or halted since the last success. */
  private hasWaited = true

  constructor(
    readonly name: string,
    private readonly rate: Rate,
    private readonly limits: Limits,
  ) {}

  /** Epoch ms; past or present: it may send. */
  waitUntilMs = (): number => this.blockedUntil
  isBlocked = (nowMs: number): boolean => this.blockedUntil > nowMs

  /** Tokens at hand, after drawing a block when there are none; 0: blocked until `waitUntilMs`. */
  async draw(want: number, nowMs: number): Promise<number> {
    if (this.isBlocked(nowMs)) return 0
    if (this.tokens > 0) return this.tokens
    const { granted, waitMs } = await this.limits.draw(this.name, this.rate, want, nowMs)
    this.tokens += granted
    if (granted === 0) this.blockedUntil = Math.max(this.blockedUntil, nowMs + Math.max(1, waitMs))
    return this.tokens
  }

  spend(): boolean {
    if (this.tokens < 1) return false
    this.tokens--
    return true
  }

  /** A token that was not used; what comes back while the account has to wait is gone, so that it does not burst afterwards. */
  giveBack(nowMs: number): void {
    if (!this.isBlocked(nowMs)) this.tokens++
  }

  /** Retry-After: for all replicas, and for what is drawn already. */
  async freeze(untilMs: number): Promise<void> {
    this.tokens = 0
    this.hasWaited = true
    this.blockedUntil = Math.max(this.blockedUntil, untilMs)
    await this.limits.freeze(this.name, untilMs)
  }

  halt(nowMs: number): void {
    this.halted = true
    this.hasWaited = true
    this.tokens = 0
    this.blockedUntil = Math.max(this.blockedUntil, nowMs + haltMs)
  }

  /** True: it had to wait before. */
  succeeded(): boolean {
    const hadToWait = this.hasWaited
    this.failures = 0
    this.halted = false
    this.hasWaited = false
    return hadToWait
  }

  /** A server that fails again and again gets a rest, and the riders who wait keep their attempts. What was under way counts once. */
  failed(nowMs: number): void {
    if (this.isBlocked(nowMs)) return
    this.failures++
    if (this.failures < tolerated) return
    const rest = Math.min(restMs.longest, restMs.first * 2 ** (this.failures - tolerated))
    this.blockedUntil = Math.max(this.blockedUntil, nowMs + rest)
  }
}
