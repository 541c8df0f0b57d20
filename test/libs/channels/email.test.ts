import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { emailMessenger } from '#channels/email'
import type { Messenger, OutMessage, Outcome } from '#channels/messenger'
import { message } from './out'

interface Mailbox {
  readonly mails: string[]
  send(extra?: Partial<OutMessage>): Promise<Outcome>
}

type Server = SMTPServer & { readonly connections: Set<unknown> }

/** A real SMTP server, and the messenger that speaks to it. */
async function withServer(
  options: SMTPServerOptions | ((cut: () => void) => SMTPServerOptions),
  use: (box: Mailbox) => Promise<void>,
): Promise<void> {
  const mails: string[] = []
  const cut = () => server.connections.forEach((c) => (c as unknown as { _socket: Socket })._socket.destroy())
  const server: Server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _, done) {
      let text = ''
      stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
      stream.on('end', () => (mails.push(text), done()))
    },
    ...(typeof options === 'function' ? options(cut) : options),
  }) as Server
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const messenger: Messenger = emailMessenger({
    smtp: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    from: 'Lindenau <alerts@lindenau.example>',
  })
  try {
    await use({ mails, send: (extra) => messenger.send(message({ address: 'rider@example.org', ...extra })) })
  } finally {
    await messenger.close?.()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
}

const refusing = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode })

test('a mail with structured headers, a stable Message-ID and a way out', async () => {
  await withServer({}, async ({ mails, send }) => {
    expect(await send({ unsubscribeUrl: 'https://alerts.example.org/u/1' })).toEqual({
      kind: 'sent',
      messageId: '<a1b2c3d4@lindenau.example>',
    })
    const mail = (mails[0] ?? '').replace(/\r\n[ \t]/g, ' ')
    expect(mail).toMatch(/^To: rider@example\.org\r$/m)
    expect(mail).toMatch(/^Message-ID: <a1b2c3d4@lindenau\.example>\r$/m)
    expect(mail).toMatch(/^List-Unsubscribe: <https:\/\/alerts\.example\.org\/u\/1>\r$/m)
    expect(mail).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m)
  })
})

test('neither an address nor a subject can add a header or a recipient', async () => {
  await withServer({}, async ({ mails, send }) => {
    expect(await send({ address: 'a@b.example\r\nBcc: x@y.example' })).toMatchObject({ kind: 'failed', reason: 'NO_ADDRESS' })
    expect(await send({ address: 'a@b.example, x@y.example' })).toMatchObject({ kind: 'failed', reason: 'NO_ADDRESS' })
    await send({ subject: 'late\r\nBcc: x@y.example' })
    expect(mails).toHaveLength(1)
    expect(mails[0]).not.toMatch(/^Bcc:/m)
  })
})

const refusals: [string, SMTPServerOptions, object][] = [
  ['mailbox gone', { onRcptTo: (_, __, done) => done(refusing(550, '5.1.1 no such user')) }, { kind: 'gone' }],
  ['mailbox full', { onRcptTo: (_, __, done) => done(refusing(552, '5.2.2 mailbox full')) }, { kind: 'retry' }],
  ['policy', { onRcptTo: (_, __, done) => done(refusing(550, '5.7.1 blocked')) }, { kind: 'failed', reason: 'REJECTED' }],
  ['grey-listed', { onRcptTo: (_, __, done) => done(refusing(451, '4.7.1 later')) }, { kind: 'retry', reason: 'SERVER_ERROR' }],
  ['too many', { onRcptTo: (_, __, done) => done(refusing(421, '4.7.0 slow down')) }, { kind: 'retry', reason: 'RATE_LIMITED' }],
  ['sender refused', { onMailFrom: (_, __, done) => done(refusing(550, '5.7.1 not you')) }, { kind: 'halt' }],
]

test.each(refusals)('%s', async (_, options, outcome) => {
  await withServer(options, async ({ send }) => expect(await send()).toMatchObject(outcome))
})

test('accepted, then reset: it may have arrived', async () => {
  const resets = (cut: () => void): SMTPServerOptions => ({ onData: (stream) => void stream.on('end', cut).resume() })
  await withServer(resets, async ({ send }) => expect(await send()).toMatchObject({ kind: 'unknown' }))
})

test('nobody listens', async () => {
  const nobody = emailMessenger({ smtp: 'smtp://127.0.0.1:1', from: 'a@b.example' })
  expect(await nobody.send(message({ address: 'rider@example.org' }))).toEqual({ kind: 'retry', reason: 'UNREACHABLE' })
  await nobody.close?.()
})
