import { type Transporter, createTransport } from 'nodemailer'
import type { Messenger, OutMessage, Outcome } from './messenger'
import { smtpOutcome } from './smtpOutcome'

export interface EmailAccount {
  /** smtp://user:pass@host:port or smtps://… */
  readonly smtp: string
  readonly from: string
}

/** SMTP by nodemailer with a pool of connections. The stable Message-ID is the only help against doubles that mail knows. */
export function emailMessenger(account: EmailAccount): Messenger {
  const transport = createTransport({
    url: account.smtp,
    pool: true,
    maxConnections: 5,
    maxMessages: Infinity,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as object) as Transporter
  return {
    channel: 'EMAIL',
    dedupes: true,
    shared: true,
    unsubscribes: true,
    send: (message) => deliver(transport, account, message),
    close: async () => transport.close(),
  }
}

async function deliver(transport: Transporter, account: EmailAccount, message: OutMessage): Promise<Outcome> {
  if (!/^[^\s@<>,;:"]{1,64}@[^\s@<>,;:"]{1,255}$/.test(message.address)) {
    return { kind: 'failed', reason: 'NO_ADDRESS', detail: 'not a mail address' }
  }
  const sent = transport.sendMail(mail(account, message))
  return sent.then((info: { messageId?: string }): Outcome => ({ kind: 'sent', messageId: info.messageId }), smtpOutcome)
}

/** Structured fields only: no header is ever put together from a rider's or an operator's text. */
function mail(account: EmailAccount, message: OutMessage): object {
  return {
    from: account.from,
    to: { name: '', address: message.address },
    subject: message.subject,
    text: message.text,
    date: new Date(message.nowMs),
    messageId: `<${message.id}@${domainOf(account.from)}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': message.language, ...unsubscribe(account, message) },
  }
}

/** RFC 8058: one click where we have a public address, else a mail to the sender. */
function unsubscribe(account: EmailAccount, { unsubscribeUrl }: OutMessage): Record<string, string> {
  if (!unsubscribeUrl) return { 'List-Unsubscribe': `<mailto:${addressOf(account.from)}?subject=STOP>` }
  return { 'List-Unsubscribe': `<${unsubscribeUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
}

const addressOf = (from: string): string => /<([^>]+)>/.exec(from)?.[1] ?? from.trim()
const domainOf = (from: string): string => addressOf(from).split('@').at(-1) ?? 'localhost'
