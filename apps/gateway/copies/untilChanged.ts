import type { Clock } from '#domain/ports'
import type { Copies } from './copies'

/** True as soon as `shows` holds for an operator's copies; false when it does not within `timeoutMs`. */
export function untilChanged(copies: Copies, clock: Clock, operator: string, shows: () => boolean, timeoutMs: number): Promise<boolean> {
  if (shows()) return Promise.resolve(true)
  return new Promise((resolve) => {
    const end = (result: boolean) => {
      cancel()
      stop()
      resolve(result)
    }
    const cancel = clock.timer(timeoutMs, () => end(shows()))
    const stop = copies.onChange((changed) => {
      if (changed === operator && shows()) end(true)
    })
  })
}
