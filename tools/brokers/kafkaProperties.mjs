/**
 * The server.properties of one node of a cluster in KRaft mode, every node broker and controller in one: quick to start, quick to fail over,
 * and with retention and compaction looked after every second, so that a test sees them.
 */
export function propertiesOf({ id, dir, nodes }) {
  const { port, controllerPort, advertised = port } = nodes.find((node) => node.id === id)
  const copies = nodes.length
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': nodes.map((node) => `${node.id}@127.0.0.1:${node.controllerPort}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${advertised}`,
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
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    'log.cleaner.dedupe.buffer.size': 2_000_000,
    'log.cleaner.backoff.ms': 500,
    'log.retention.check.interval.ms': 1000,
    'log.initial.task.delay.ms': 500,
    'log.segment.delete.delay.ms': 100,
    'num.network.threads': 2,
    'num.io.threads': 2,
  }
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
