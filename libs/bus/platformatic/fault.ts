import type { ClusterFault } from '../cluster'

/** Why the first connection has failed, by the errors inside of the client's, as deep as they lie. */
export function faultOf(error: unknown): ClusterFault {
  const errors = insideOf(error)
  if (errors.some(({ code }) => code === 'PLT_KFK_AUTHENTICATION')) return 'KAFKA_AUTHENTICATION'
  return errors.some(({ message }) => /certificate|\bTLS\b|\bSSL\b|wrong version number/i.test(message ?? ''))
    ? 'KAFKA_TLS'
    : 'KAFKA_UNREACHABLE'
}

interface Failure {
  readonly code?: string
  readonly message?: string
  readonly cause?: unknown
  readonly errors?: readonly unknown[]
}

function insideOf(error: unknown): Failure[] {
  if (typeof error !== 'object' || error === null) return []
  const { cause, errors = [] } = error as Failure
  return [error, ...[...errors, cause].flatMap(insideOf)]
}
