import { type AddressInfo, createServer } from 'node:net'

const triedPorts = 100

/** The wanted port (0: any); if it is taken and nobody insisted on it, the next free one. A text: why there is none, and what to do. */
export async function freePort(host: string, wanted: number, insisted: boolean): Promise<number | string> {
  const last = insisted ? wanted : Math.min(wanted + triedPorts, 65_535)
  for (let port = wanted; port <= last; port++) {
    const found = await open(host, port)
    if (typeof found === 'number') return found
    if (found !== 'EADDRINUSE')
      return `${host}:${port} cannot be used (${found}). Set HOST to an address of this machine, PORT to a port that you may open.`
  }
  return `Port ${wanted} is taken. Set PORT to a free one.`
}

/** The port that was opened for a moment, or the code of the error. */
function open(host: string, port: number): Promise<number | string> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    probe.listen(port, host, () => {
      const { port: opened } = probe.address() as AddressInfo
      probe.close(() => resolve(opened))
    })
  })
}
