import { createClient } from 'redis'

export type RedisClient = Awaited<ReturnType<typeof openClient>>

/** A plain node-redis client, connected. */
export async function openClient(url: string) {
  const client = createClient({ url })
  await client.connect()
  return client
}

/** What the server itself says of its commands, without the way to it and back. */
export interface Slowest {
  readonly command: string
  readonly ms: number
}

/** From now on every command is noted. */
export async function noteCommands(client: RedisClient): Promise<void> {
  await client.sendCommand(['CONFIG', 'SET', 'slowlog-log-slower-than', '0', 'slowlog-max-len', '2000'])
  await client.sendCommand(['SLOWLOG', 'RESET'])
}

/** The longest of the last 2,000 commands since then: so long did nobody else get an answer. */
export async function slowest(client: RedisClient): Promise<Slowest> {
  const entries = (await client.sendCommand(['SLOWLOG', 'GET', '-1'])) as unknown as [number, number, number, string[]][]
  await client.sendCommand(['CONFIG', 'SET', 'slowlog-log-slower-than', '-1'])
  return entries.reduce<Slowest>(
    (worst, [, , us, words]) => (us / 1000 > worst.ms ? { command: words.slice(0, 2).join(' '), ms: us / 1000 } : worst),
    {
      command: '',
      ms: 0,
    },
  )
}

/** Bytes that the server uses now, of its data and its overhead. */
export async function usedMemory(client: RedisClient): Promise<number> {
  const info = String(await client.sendCommand(['INFO', 'memory']))
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1])
}

/** Processor seconds of the server so far. */
export async function cpuSeconds(client: RedisClient): Promise<number> {
  const info = String(await client.sendCommand(['INFO', 'cpu']))
  const of = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1])
  return of('used_cpu_user') + of('used_cpu_sys')
}
