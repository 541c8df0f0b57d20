import type { Outcome } from './messenger'

/** The fields of nodemailer's errors that say what happened; `command` is the step of the conversation. */
interface SmtpError {
  readonly code?: string
  readonly command?: string
  readonly responseCode?: number
  readonly response?: string
  readonly message: string
}

/** The connection never came to a conversation: nothing can have arrived. */
const unreached = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EDNS', 'ETLS', 'EHOSTUNREACH', 'ENETUNREACH'])

/**
 * RFC 5321 §4.2 and RFC 3463: 4yz may pass later, 5yz is final. 5.1.x at the recipient is a mailbox that is gone, 5.2.2 a full one, 5.7.x a
 * refusal for reasons of policy that is not the recipient's fault. A refused login or sender concerns the whole account.
 */
export function smtpOutcome(error: SmtpError): Outcome {
  const reply = error.responseCode ?? 0
  const detail = (error.response ?? error.message).slice(0, 200)
  if (error.code === 'EAUTH' || error.code === 'ENOAUTH' || (reply >= 500 && error.command === 'MAIL FROM')) return { kind: 'halt', detail }
  if (reply >= 500) return refused(reply, detail)
  if (reply >= 400) return { kind: 'retry', reason: reply === 421 || reply === 450 ? 'RATE_LIMITED' : 'SERVER_ERROR' }
  if (error.code === 'EENVELOPE' || error.code === 'EMESSAGE') return { kind: 'failed', reason: 'REJECTED', detail }
  if (unreached.has(error.code ?? '') || /ECONNREFUSED|ENOTFOUND|greeting/i.test(error.message))
    return { kind: 'retry', reason: 'UNREACHABLE' }
  return { kind: 'unknown', reason: error.code === 'ETIMEDOUT' ? 'TIMEOUT' : 'UNREACHABLE' }
}

function refused(reply: number, detail: string): Outcome {
  if (reply === 552 || /\b5\.2\.2\b/.test(detail)) return { kind: 'retry', reason: 'SERVER_ERROR' }
  const policy = reply === 554 || /\b5\.7\.\d/.test(detail)
  if (!policy && [550, 551, 553].includes(reply)) return { kind: 'gone', detail }
  return { kind: 'failed', reason: 'REJECTED', detail }
}
