/** A terminal signals the whole group, and npm's script passes the signal on: what comes so soon again is the same Ctrl-C. */
const sameMs = 1000

/** Resolves at Ctrl-C or SIGTERM; a second one, or a stop that takes over ten seconds, ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let stoppingSince: number | undefined
    const stop = () => {
      if (stoppingSince !== undefined) {
        if (performance.now() - stoppingSince > sameMs) process.exit(1)
        return
      }
      stoppingSince = performance.now()
      AbortSignal.timeout(12_000).addEventListener('abort', () => process.exit(1))
      resolve()
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}
