import { parentPort, workerData } from 'node:worker_threads'
import { plantedBugs } from './plants'
import { run } from './run'
import { townNetworks } from './town'

export interface Order {
  readonly trace: boolean
  /** One of plants.ts. */
  readonly bug?: string
}

/** Runs the seeds that it is given, one by one, and answers each. */
async function work({ trace, bug }: Order): Promise<void> {
  const networks = await townNetworks()
  const faults: string[] = []
  // A promise that nobody waits for ends a real process.
  process.on('unhandledRejection', (error) => faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error)))
  parentPort?.on('message', (seed: number) => {
    faults.length = 0
    run({ seed, networks, trace, ...plantedBugs[bug ?? ''] }).then(
      (result) => parentPort?.postMessage({ ...result, faults: [...faults] }),
      (error: unknown) => parentPort?.postMessage({ seed, broken: error instanceof Error ? error.stack : String(error) }),
    )
  })
  parentPort?.postMessage('ready')
}

void work(workerData as Order)
