import type { Clock } from '#domain/ports'
import { answerWatch } from './answerWatch'
import { type Argument, connect, type Servers, silenceMs } from './connection'
import { type FunctionName, isRead, library, serverName } from './library'
import { demandSafety } from './safety'

/** What the ports below say to the server: commands and Functions of one slot each. Throws when the server is down or silent. */
export interface Link {
  /** Goes where the key is. */
  command(key: string, ...args: readonly Argument[]): Promise<unknown>
  /** `keys` have one hash tag, and there is one at least. */
  call(name: FunctionName, keys: readonly string[], ...args: readonly Argument[]): Promise<unknown>
  onReconnect(listener: () => void): void
  close(): Promise<void>
}

export interface LinkOptions {
  readonly servers: Servers
  readonly clock: Pick<Clock, 'elapsed' | 'timer'>
  readonly onError?: (error: Error) => void
  readonly allowUnsafe?: boolean
}

/** Checks the server's settings and loads the Functions. Throws StoreUnsafe, or what the first connection says. */
export async function openLink({ servers, clock, onError, allowUnsafe }: LinkOptions): Promise<Link> {
  const listeners: (() => void)[] = []
  const connection = await connect(servers, { onError, onReconnect: () => listeners.forEach((listener) => listener()) })
  const watch = answerWatch(clock, silenceMs)
  const load = () => connection.toMasters(['FUNCTION', 'LOAD', 'REPLACE', library])
  const close = async () => {
    watch.close()
    await connection.close()
  }
  try {
    if (!allowUnsafe) await demandSafety(connection)
    await load()
  } catch (error) {
    await close()
    throw error
  }
  const send = (key: string, args: readonly Argument[], isReadOnly: boolean) =>
    watch.run(connection.lane(key), () => connection.send(key, args, isReadOnly))
  return {
    command: (key, ...args) => send(key, args, false),
    async call(name, keys, ...args) {
      const [key = ''] = keys
      const call = () =>
        send(key, [isRead(name) ? 'FCALL_RO' : 'FCALL', serverName(name), String(keys.length), ...keys, ...args], isRead(name))
      try {
        return await call()
      } catch (error) {
        if (!isUnknownFunction(error)) throw error
        await load()
        return call()
      }
    },
    onReconnect: (listener) => void listeners.push(listener),
    close,
  }
}

/** A server that came back empty, or a new node, has no Functions. */
const isUnknownFunction = (error: unknown): boolean => error instanceof Error && error.message.includes('Function not found')
