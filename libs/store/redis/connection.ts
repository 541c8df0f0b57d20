import { createClient, createCluster, RESP_TYPES } from 'redis'
import { slotOf } from './slotOf'

export type Argument = string | Buffer

/** What node-redis gives: blobs as Buffers, everything else as it comes. */
export interface Connection {
  send(key: string, args: readonly Argument[], isReadOnly: boolean): Promise<unknown>
  /** The connection that a key's commands go through. */
  lane(key: string): string
  /** To every server that takes writes. */
  toMasters(args: readonly Argument[]): Promise<unknown[]>
  close(): Promise<void>
}

/** `url`: one server. `urls`: some nodes of a Cluster; user, password and TLS are taken from the first one. */
export type Servers = { readonly url: string } | { readonly urls: readonly string[] }

export interface Listeners {
  /** Connections come back by themselves; what is in flight then is rejected, and perhaps done. */
  readonly onError?: (error: Error) => void
  readonly onReconnect: () => void
}

/** A server that says nothing for so long is given up. */
export const silenceMs = 2000
const typeMapping = { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.VERBATIM_STRING]: Buffer }
/** Its own per-command timeout only watches what is not yet written, and costs an AbortSignal a command. */
const commandOptions = { typeMapping, timeout: 0 }

const settings = {
  RESP: 3 as const,
  /** Only Redis Enterprise knows the subcommand. */
  maintNotifications: 'disabled' as const,
  /** A ping keeps an idle connection from timing out, and notices when it is dead. */
  pingInterval: 500,
  /** While there is no connection calls fail at once: what waits here would be lost with the process and can grow without bounds. */
  disableOfflineQueue: true,
  commandsQueueMaxLength: 100_000,
}
const socket = {
  connectTimeout: 2000,
  socketTimeout: silenceMs,
  /** 50 ms at first, then up to half a second; for ever. */
  reconnectStrategy: (retries: number) => Math.min(500, 50 * 2 ** Math.min(retries, 5)),
}

export function connect(servers: Servers, listeners: Listeners): Promise<Connection> {
  return 'url' in servers ? connectOne(servers.url, listeners) : connectCluster(servers.urls, listeners)
}

/** Throws what node-redis throws when the first connection fails: a wrong address should not be tried for ever. */
async function connectOne(url: string, { onError, onReconnect }: Listeners): Promise<Connection> {
  let isUp = false
  const reconnectStrategy = (retries: number, cause: Error) => (isUp ? socket.reconnectStrategy(retries) : cause)
  const client = createClient({ url, ...settings, socket: { ...socket, reconnectStrategy } })
  client.on('error', (error: Error) => onError?.(error)).on('reconnecting', onReconnect)
  await client.connect()
  isUp = true
  const send = (args: readonly Argument[]) => client.sendCommand([...args], commandOptions)
  return {
    send: (_key, args) => send(args),
    lane: () => '',
    toMasters: async (args) => [await send(args)],
    close: async () => (client.isReady ? client.close() : client.destroy()),
  }
}

async function connectCluster(urls: readonly string[], { onError, onReconnect }: Listeners): Promise<Connection> {
  const { username, password, protocol } = new URL(urls[0] ?? '')
  const credentials = { username: decodeURIComponent(username) || undefined, password: decodeURIComponent(password) || undefined }
  const defaults = { ...settings, ...credentials, socket: protocol === 'rediss:' ? { ...socket, tls: true as const } : socket }
  const cluster = createCluster({ rootNodes: urls.map((url) => ({ url })), defaults })
  cluster.on('error', (error: Error) => onError?.(error)).on('node-error', (error: Error) => onError?.(error))
  cluster.on('node-reconnecting', onReconnect)
  await cluster.connect()
  return {
    send: (key, args, isReadOnly) => cluster.sendCommand(key, isReadOnly, [...args], commandOptions),
    lane: (key) => cluster.slots[slotOf(key)]?.master.address ?? '',
    toMasters: (args) =>
      Promise.all(cluster.masters.map(async (master) => (await cluster.nodeClient(master)).sendCommand([...args], commandOptions))),
    close: () => cluster.close(),
  }
}
