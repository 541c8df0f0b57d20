/**
 * The server.properties of one node of a cluster in KRaft mode, every node broker and controller in one: quick to start, quick to fail over,
 * and with retention and compaction looked after every second, so that a test sees them. `secure`: {saslPort, tlsPort, keystore} of a
 * single node that also asks for a password on one port and speaks TLS on another.
 */
export function propertiesOf({ id, dir, nodes, secure }) {
  const { port, controllerPort, advertised = port } = nodes.find((node) => node.id === id)
  const copies = nodes.length
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': nodes.map((node) => `${node.id}@127.0.0.1:${node.controllerPort}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: [`PLAINTEXT://127.0.0.1:${port}`, `CONTROLLER://127.0.0.1:${controllerPort}`, ...secureListeners(secure)].join(','),
    'advertised.listeners': [`PLAINTEXT://127.0.0.1:${advertised}`, ...secureListeners(secure)].join(','),
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL',
    'log.dirs': dir,
    'auto.create.topics.enable': false,
    'default.replication.factor': copies,
    'min.insync.replicas': Math.min(2, copies),
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': Math.min(2, copies),
    'transaction.state.log.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    // So that a test need not wait long for a member that was killed.
    'group.min.session.timeout.ms': 1000,
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    'log.cleaner.dedupe.buffer.size': 2_000_000,
    'log.cleaner.backoff.ms': 500,
    'log.retention.check.interval.ms': 1000,
    'log.initial.task.delay.ms': 500,
    'log.segment.delete.delay.ms': 100,
    'num.network.threads': 2,
    'num.io.threads': 2,
    ...(secure && secureSettings(secure)),
  }
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

/** Of the only user that the secure port lets in; by PLAIN and, written at formatting, by SCRAM. */
export const saslUser = { username: 'linienfunk', password: 'only-for-tests' }
export const keystorePassword = 'only-for-tests'

const secureListeners = (secure) => (secure ? [`SASL://127.0.0.1:${secure.saslPort}`, `TLS://127.0.0.1:${secure.tlsPort}`] : [])

const login = (module, more = '') => `org.apache.kafka.common.security.${module} required ${more};`

const secureSettings = ({ keystore }) => ({
  'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
  'listener.name.sasl.plain.sasl.jaas.config': login('plain.PlainLoginModule', `user_${saslUser.username}="${saslUser.password}"`),
  'listener.name.sasl.scram-sha-256.sasl.jaas.config': login('scram.ScramLoginModule'),
  'listener.name.sasl.scram-sha-512.sasl.jaas.config': login('scram.ScramLoginModule'),
  'listener.name.tls.ssl.keystore.type': 'PKCS12',
  'listener.name.tls.ssl.keystore.location': keystore,
  'listener.name.tls.ssl.keystore.password': keystorePassword,
})
