import { type Cluster, ClusterError, type ClusterFault } from '../cluster'

interface Client {
  connect(): Promise<void>
  disconnect(): Promise<void>
}

/** Connects all; when one cannot, throws a ClusterError, and none stays connected. */
export async function connected(cluster: Cluster, ...clients: readonly Client[]): Promise<void> {
  try {
    await Promise.all(clients.map((client) => client.connect()))
  } catch (error) {
    await Promise.allSettled(clients.map((client) => client.disconnect()))
    throw new ClusterError(faultOf(error), cluster, error)
  }
}

/** By what kafkajs wraps, as deep as it lies: it passes a TLS failure on as its message only. */
function faultOf(error: unknown): ClusterFault {
  const { name = '', message = '', cause } = error as { name?: string; message?: string; cause?: unknown }
  if (name.includes('SASL') || /\bSASL\b/.test(message)) return 'KAFKA_AUTHENTICATION'
  if (/certificate|self-signed|\bTLS\b|\bSSL\b|wrong version number/i.test(message)) return 'KAFKA_TLS'
  return cause === undefined || cause === null ? 'KAFKA_UNREACHABLE' : faultOf(cause)
}
