import { connect, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** Ports of the loopback that were free a moment ago, all different. */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, listening))
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

const listening = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject).listen(0, '127.0.0.1', () => resolve(server))
  })

/** Resolves when somebody accepts connections there; rejects with the server's last words when it ends before, or after `seconds`. */
export async function accepting(port, server, seconds = 60) {
  let ended
  void server.exited.then((exit) => (ended = exit))
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await wait(20)) {
    if (ended) throw Object.assign(new Error(`It ended with ${ended.code}: ${ended.log}`), { ended })
    if (await accepts(port)) return
  }
  throw new Error(`Nothing accepts connections on port ${port} after ${seconds} s.`)
}

const accepts = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const done = (yes) => {
      socket.destroy()
      resolve(yes)
    }
    socket.on('connect', () => done(true)).on('error', () => done(false))
  })

/** Tries again on other ports when somebody was faster in taking them. */
export async function withFreePorts(count, attempt, tries = 3) {
  try {
    return await attempt(await freePorts(count))
  } catch (error) {
    if (tries <= 1 || !/address already in use/i.test(error.message)) throw error
    return withFreePorts(count, attempt, tries - 1)
  }
}
