/** Resolves at Ctrl-C or SIGTERM; a second signal, or a stop that takes over ten seconds, ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false
    const stop = () => {
      if (stopping) process.exit(1)
      stopping = true
      AbortSignal.timeout(12_000).addEventListener('abort', () => process.exit(1))
      resolve()
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}
