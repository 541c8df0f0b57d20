import { createServer } from 'node:net'

/** The wanted port; if it is taken and nobody insisted on it, the next free one. undefined: none. */
export async function freePort(host: string, wanted: number, insisted: boolean): Promise<number | undefined> {
  const last = insisted ? wanted : wanted + 100
  for (let port = wanted; port <= last; port++) if (await isFree(host, port)) return port
  return undefined
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, host, () => probe.close(() => resolve(true)))
  })
}
