import type { Clock } from '#domain/ports'

/** Sleeps, or returns at once when the signal aborts or has aborted: loops look at the signal themselves. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await clock.sleep(ms, signal).catch(() => undefined)
}
