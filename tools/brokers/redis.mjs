import { connect } from 'node:net'
import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { mustHave, onPath } from './available.mjs'
import { keep } from './keep.mjs'
import { accepting, withFreePorts } from './ports.mjs'

const slots = 16384

/** One server, or a cluster of masters: everything on disk before the answer, nothing evicted. See startRedis in ../brokers.mjs. */
export async function ownRedis(nodes) {
  mustHave('redis')
  const keeper = await keep()
  try {
    return await withFreePorts(nodes * 2, (ports) => started(keeper, nodes, ports))
  } catch (error) {
    await keeper.end()
    throw error
  }
}

async function started(keeper, nodes, ports) {
  const all = Array.from({ length: nodes }, (_, i) => ({ name: `redis-${ports[i]}`, port: ports[i], busPort: ports[nodes + i] }))
  const start = async ({ name, port, busPort }) => {
    const dir = join(keeper.folder, name)
    mkdirSync(dir, { recursive: true })
    const server = await keeper.run(name, onPath('redis-server'), argsOf({ dir, port, busPort, cluster: nodes > 1 }))
    await accepting(port, server)
  }
  await Promise.all(all.map(start))
  if (nodes > 1) await joinCluster(all)
  return {
    url: `redis://127.0.0.1:${all[0].port}`,
    urls: all.map(({ port }) => `redis://127.0.0.1:${port}`),
    cluster: nodes > 1,
    signal: (node, signal) => keeper.signal(all[node].name, signal),
    kill: (node) => keeper.kill(all[node].name),
    start: (node) => start(all[node]),
    stop: keeper.end,
  }
}

const argsOf = ({ dir, port, busPort, cluster }) =>
  Object.entries({
    bind: '127.0.0.1',
    port,
    dir,
    save: '',
    appendonly: 'yes',
    appendfsync: 'always',
    'no-appendfsync-on-rewrite': 'no',
    'maxmemory-policy': 'noeviction',
    ...(cluster && { 'cluster-enabled': 'yes', 'cluster-port': busPort, 'cluster-node-timeout': 2000 }),
  }).flatMap(([name, value]) => [`--${name}`, String(value)])

async function joinCluster(nodes) {
  const share = Math.ceil(slots / nodes.length)
  for (const [i, { port }] of nodes.entries()) {
    await call(port, 'CLUSTER', 'SET-CONFIG-EPOCH', i + 1)
    await call(port, 'CLUSTER', 'ADDSLOTSRANGE', i * share, Math.min((i + 1) * share, slots) - 1)
  }
  for (const { port, busPort } of nodes.slice(1)) await call(nodes[0].port, 'CLUSTER', 'MEET', '127.0.0.1', port, busPort)
  for (const { port } of nodes) {
    while (!isWhole(await call(port, 'CLUSTER', 'INFO'), nodes.length)) await wait(50)
  }
}

const isWhole = (info, nodes) => info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes}`)

/** One command by the wire protocol; the answer as raw text. */
function call(port, ...words) {
  const bulk = words.map(String).map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`*${words.length}\r\n${bulk.join('')}`))
    let text = ''
    socket.on('error', reject).on('data', (data) => {
      text += data
      if (!text.endsWith('\r\n')) return
      socket.destroy()
      if (text.startsWith('-')) reject(new Error(`${words.join(' ')}: ${text.trim()}`))
      else resolve(text)
    })
  })
}
