import { NetError } from '#domain/ports'
import type { Outcome } from './messenger'

/** What it means that no answer came. Anything but a NetError is a fault of ours and goes on. */
export function withoutAnswer(error: unknown): Outcome {
  if (!(error instanceof NetError)) throw error
  if (error.reason === 'FORBIDDEN_URL') return { kind: 'failed', reason: 'REJECTED', detail: error.message }
  const reason = error.reason === 'TIMEOUT' ? 'TIMEOUT' : 'UNREACHABLE'
  return error.mayHaveArrived ? { kind: 'unknown', reason } : { kind: 'retry', reason }
}
