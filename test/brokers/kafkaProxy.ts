import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

const produce = 0

/**
 * A proxy before a broker that, when told to, takes the answer to a Produce request and cuts the connection instead of passing it on: the
 * broker has written the records, and the client does not know. Counts what it has cut.
 */
export async function cuttingProxy() {
  const state = { target: 0, cutEvery: 0, answers: 0, cuts: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const broker = connect(state.target, '127.0.0.1')
    const produces = new Set<number>()
    const end = () => {
      client.destroy()
      broker.destroy()
    }
    const fromClient = frames((frame) => {
      if (frame.readInt16BE(4) === produce) produces.add(frame.readInt32BE(8))
      broker.write(frame)
    })
    const fromBroker = frames((frame) => {
      const isAnswer = produces.delete(frame.readInt32BE(4))
      if (isAnswer && state.cutEvery > 0 && ++state.answers % state.cutEvery === 0) {
        state.cuts++
        client.resetAndDestroy()
        broker.destroy()
      } else client.write(frame)
    })
    client.on('data', fromClient).on('close', end).on('error', end)
    broker.on('data', fromBroker).on('close', end).on('error', end)
    for (const socket of [client, broker]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return { port: (server.address() as AddressInfo).port, state, close }
}

/** Kafka's messages: four bytes of length, then so many bytes. */
function frames(take: (frame: Buffer) => void): (data: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return (data) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data])
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0)
      take(rest.subarray(0, end))
      rest = rest.subarray(end)
    }
  }
}
