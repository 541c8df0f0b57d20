/** Wall time, and processor time of this process with all its threads. */
export interface Spent {
  readonly ms: number
  readonly cpuMs: number
}

export async function spent(task: () => Promise<unknown>): Promise<Spent> {
  const began = performance.now()
  const cpu = process.cpuUsage()
  await task()
  const { user, system } = process.cpuUsage(cpu)
  return { ms: performance.now() - began, cpuMs: (user + system) / 1000 }
}
