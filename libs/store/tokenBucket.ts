/** What an account may still send. It starts empty: after a restart nobody knows what was sent just before, and the account's rate stands. */
export interface Bucket {
  readonly tokens: number
  /** Epoch ms. */
  readonly at: number
}

export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

export interface Drawn {
  readonly bucket: Bucket
  readonly granted: number
  /** Until the next token, when none was granted. */
  readonly waitMs: number
}

/** Draws up to `want` whole tokens. Time that goes backwards refills nothing. A burst below one token would grant nothing for ever: it counts as one. */
export function drawTokens(before: Bucket | undefined, rate: Rate, want: number, nowMs: number): Drawn {
  const tokens = refilled(before, rate, nowMs)
  const granted = Math.max(0, Math.min(Math.floor(want), Math.floor(tokens)))
  const waitMs = granted > 0 || want < 1 ? 0 : Math.ceil(((1 - tokens) / rate.perSecond) * 1000)
  return { bucket: { tokens: tokens - granted, at: nowMs }, granted, waitMs }
}

function refilled(before: Bucket | undefined, rate: Rate, nowMs: number): number {
  if (!before) return 0
  const gained = (Math.max(0, nowMs - before.at) / 1000) * rate.perSecond
  return Math.min(Math.max(1, rate.burst), before.tokens + gained)
}
