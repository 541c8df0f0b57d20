import { cpSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mustHave, onPath } from './available.mjs'
import { kafkaJars, javaArgs } from './kafkaJars.mjs'
import { keep } from './keep.mjs'
import { accepting, withFreePorts } from './ports.mjs'
import { propertiesOf, saslUser } from './kafkaProperties.mjs'

/** Kafka in KRaft mode, one node or three. See startKafka in ../brokers.mjs. */
export async function ownKafka(count, advertised, secure) {
  mustHave('kafka')
  const jars = await kafkaJars()
  const keeper = await keep()
  try {
    return await withFreePorts(count * 2 + (secure ? 2 : 0), (ports) => started(keeper, jars, { count, ports, advertised, secure }))
  } catch (error) {
    await keeper.end()
    throw error
  }
}

async function started(keeper, jars, { count, ports, advertised = ports, secure }) {
  const nodes = Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    port: ports[i],
    controllerPort: ports[count + i],
    advertised: advertised[i],
  }))
  const [saslPort, tlsPort] = ports.slice(count * 2)
  const guarded = secure && { saslPort, tlsPort, keystore: jars.keystore }
  const name = (node) => `kafka-${nodes[node].id}-${nodes[node].port}`
  const start = async (node) => {
    const { id, port } = nodes[node]
    const dir = join(keeper.folder, name(node))
    if (!existsSync(dir)) cpSync(jars.formatted(id), dir, { recursive: true })
    writeFileSync(`${dir}.properties`, propertiesOf({ id, dir, nodes, secure: guarded }))
    const more = [`-XX:SharedArchiveFile=${jars.archive}`, '-Xshare:auto', `-Djava.io.tmpdir=${keeper.folder}`]
    const args = javaArgs(jars.classPath, more, 'kafka.Kafka', `${dir}.properties`)
    await accepting(port, await keeper.run(name(node), onPath('java'), args))
  }
  await Promise.all(nodes.map((_, node) => start(node)))
  return {
    brokers: nodes.map(({ port }) => `127.0.0.1:${port}`),
    ...(secure && { secure: { sasl: `127.0.0.1:${saslPort}`, tls: `127.0.0.1:${tlsPort}`, certificate: jars.certificate, ...saslUser } }),
    signal: (node, signal) => keeper.signal(name(node), signal),
    kill: (node) => keeper.kill(name(node)),
    end: (node) => keeper.kill(name(node), 'SIGTERM'),
    start,
    stop: keeper.end,
  }
}
