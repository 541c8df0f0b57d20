import { isIP } from 'node:net'
import type { BaseOptions } from '@platformatic/kafka'
import type { Cluster } from '../cluster'

/**
 * Where the cluster is and how to get in, in the words of @platformatic/kafka. `turn` begins with another of the brokers: the first one that
 * accepts a connection is asked, also when it is frozen.
 */
export function connectionOf(
  { brokers, ssl, sasl }: Cluster,
  turn = 0,
): Pick<BaseOptions, 'bootstrapBrokers' | 'tls' | 'tlsServerName' | 'sasl'> {
  const first = turn % brokers.length
  return {
    bootstrapBrokers: [...brokers.slice(first), ...brokers.slice(0, first)],
    ...(ssl && { tls: ssl === true ? {} : { ...ssl }, ...(brokers.every(isNamed) && { tlsServerName: true }) }),
    ...(sasl && { sasl: { ...sasl, mechanism: sasl.mechanism.toUpperCase() as Uppercase<typeof sasl.mechanism> } }),
  }
}

/** TLS names servers by name only. */
const isNamed = (broker: string): boolean => isIP(broker.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')) === 0
