import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { RunResult } from './run'
import type { Order } from './worker'

export type Outcome = (RunResult & { readonly faults: readonly string[] }) | { readonly seed: number; readonly broken: string }

/** Runs seeds in so many threads; gives the outcomes as they come. */
export async function inThreads(seeds: readonly number[], threads: number, order: Order, each: (outcome: Outcome) => void): Promise<void> {
  const left = seeds.toReversed()
  await Promise.all(Array.from({ length: Math.min(threads, seeds.length) }, () => thread(left, order, each)))
}

function thread(left: number[], order: Order, each: (outcome: Outcome) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(__dirname, 'worker.js'), { workerData: order })
    const next = (): void => {
      const seed = left.pop()
      if (seed === undefined) return void worker.terminate().then(() => resolve())
      worker.postMessage(seed)
    }
    worker.on('message', (message: Outcome | 'ready') => {
      if (message !== 'ready') each(message)
      next()
    })
    worker.on('error', reject)
  })
}
