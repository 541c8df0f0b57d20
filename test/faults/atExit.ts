const tasks = new Set<() => void>()

/** Done when this process ends, however it ends (but for SIGKILL): nothing stays behind. Answers how to take it back. */
export function atExit(task: () => void): () => void {
  if (tasks.size === 0) process.on('exit', runAll)
  tasks.add(task)
  return () => void tasks.delete(task)
}

/** Signals end the process by its exit handlers. */
export function exitOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))
}

function runAll(): void {
  for (const task of tasks) {
    try {
      task()
    } catch (error) {
      process.stderr.write(`${String(error)}\n`)
    }
  }
}
