import type { Clock } from '#domain/ports'

/** Waits for the step, but not longer than so many milliseconds; what becomes of it then is nobody's concern. */
export async function within(clock: Clock, ms: number, step: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>()
  const cancel = clock.timer(ms, late.resolve)
  await Promise.race([step, late.promise]).finally(cancel)
}
