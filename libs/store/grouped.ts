/**
 * Runs calls in groups, one group at a time: while one is being written, the next one collects. So a read-modify-write sees everything
 * that was written before it, and all calls of a group share one commit. When a group fails, each of its calls does.
 */
export function grouped<T>(run: (items: readonly T[]) => Promise<void>, most: number): (item: T) => Promise<void> {
  const waiting: { item: T; resolve: () => void; reject: (reason: unknown) => void }[] = []
  let running = false

  const drain = async () => {
    while (waiting.length > 0) {
      const group = waiting.splice(0, most)
      await run(group.map((call) => call.item)).then(
        () => group.forEach((call) => call.resolve()),
        (reason: unknown) => group.forEach((call) => call.reject(reason)),
      )
    }
    running = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (running) return
      running = true
      // Not at once: calls of the same moment belong to the first group.
      void Promise.resolve().then(drain)
    })
}
