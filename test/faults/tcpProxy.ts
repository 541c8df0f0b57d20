import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

/** What a proxy does to what passes: nothing; answers late; every connection is reset at once; answers are thrown away and the connection cut. */
export type Mischief =
  { readonly kind: 'none' } | { readonly kind: 'delay'; readonly ms: number } | { readonly kind: 'reset' } | { readonly kind: 'cut' }

/** A proxy before a server of TCP that may delay, reset or cut. `cut` is the cruel one: the server has done it, and the client cannot know. */
export class TcpProxy {
  target = 0
  mischief: Mischief = { kind: 'none' }
  cuts = 0
  private readonly pairs = new Set<readonly [Socket, Socket]>()
  private readonly server = createServer((client) => this.join(client))

  async start(): Promise<this> {
    await new Promise<void>((resolve) => void this.server.listen(0, '127.0.0.1', resolve))
    return this
  }

  port = (): number => (this.server.address() as AddressInfo).port

  /** Ends what is connected now, as a firewall that restarts would. */
  resetAll(): void {
    for (const [client, server] of this.pairs) {
      client.resetAndDestroy()
      server.destroy()
    }
  }

  stop(): void {
    this.resetAll()
    this.server.close()
  }

  private join(client: Socket): void {
    if (this.mischief.kind === 'reset') return void client.resetAndDestroy()
    const server = connect(this.target, '127.0.0.1')
    const pair = [client, server] as const
    this.pairs.add(pair)
    const end = () => {
      client.destroy()
      server.destroy()
      this.pairs.delete(pair)
    }
    client
      .on('data', (data) => void server.write(data))
      .on('close', end)
      .on('error', end)
    server
      .on('data', (data) => this.answer(client, data, end))
      .on('close', end)
      .on('error', end)
  }

  private answer(client: Socket, data: Buffer, end: () => void): void {
    const { mischief } = this
    if (mischief.kind === 'cut' || mischief.kind === 'reset') {
      this.cuts++
      client.resetAndDestroy()
      return end()
    }
    if (mischief.kind === 'none') return void client.write(data)
    setTimeout(() => !client.destroyed && client.write(data), mischief.ms)
  }
}
