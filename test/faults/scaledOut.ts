import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Given, type Ground, Folders, inspect, publishRiders, untilApplied } from './ground'
import { type Fault, Process } from './process'
import type { Provider } from './provider'
import { type Brokers, type Stage, type System, stopAll } from './system'
import { TcpProxy } from './tcpProxy'
import { type Person, writeConfig } from './town'

type Tools = typeof import('../../tools/brokers.mjs')

const usualRate = 10_000
const stages: readonly Stage[] = ['ingest', 'detect', 'match', 'send', 'gateway']
const several: readonly Stage[] = ['match', 'send']

/** Why Kafka and Redis cannot be had here; undefined: they can. */
export async function missingBrokers(root: string): Promise<string | undefined> {
  const { kafka, redis } = (await tools(root)).available()
  return kafka ?? redis
}

const tools = (root: string): Promise<Tools> => import(pathToFileURL(join(root, 'tools/brokers.mjs')).href) as Promise<Tools>

/** Each stage as processes of its own on a real Kafka and a real Redis, each of which stands behind a proxy. */
export async function scaledOutGround(root: string, people: readonly Person[], provider: Provider, kafkaNodes: 1 | 3): Promise<Ground> {
  const brokers = await startBrokers(root, kafkaNodes)
  const folders = new Folders()
  const place = (perSecond: number) => {
    const folder = folders.fresh()
    const kafka = brokers.proxies.kafka.map((p) => `127.0.0.1:${p.port()}`)
    const redis = `redis://127.0.0.1:${brokers.proxies.redis.port()}`
    return { folder, config: writeConfig({ folder, provider: provider.url(), kafka, redis, perSecond }) }
  }
  const close = async () => {
    folders.clear()
    await brokers.stop()
  }
  try {
    const loader = new ManyProcesses(root, place(usualRate), brokers, 1)
    try {
      await loader.start()
      const platform = await loader.inspect()
      await publishRiders(platform, people, provider.url())
      await platform.close()
      await untilApplied(loader, people)
      await loader.stop()
    } finally {
      loader.destroy()
    }
  } catch (error) {
    await close()
    throw error
  }
  const begin = async ({ perSecond = usualRate, replicas = 1 }: Given) => new ManyProcesses(root, place(perSecond), brokers, replicas)
  return { mode: 'kafka+redis', root, people, provider, begin, close }
}

async function startBrokers(root: string, kafkaNodes: 1 | 3): Promise<Brokers & { stop(): Promise<void> }> {
  const { startKafka, startRedis } = await tools(root)
  const kafkaProxies = await Promise.all(Array.from({ length: kafkaNodes }, () => new TcpProxy().start()))
  const redisProxy = await new TcpProxy().start()
  const kafka = await startKafka({ nodes: kafkaNodes, advertised: kafkaProxies.map((p) => p.port()) })
  const redis = await startRedis({ nodes: 1 })
  kafkaProxies.forEach((proxy, i) => (proxy.target = Number(kafka.brokers[i]?.split(':')[1])))
  redisProxy.target = Number(new URL(redis.url).port)
  const part = { kafka, redis }
  return {
    kafkaNodes,
    proxies: { kafka: kafkaProxies, redis: redisProxy },
    kill: async (name, node = 0) => void (await part[name].kill?.(node)),
    start: async (name, node = 0) => part[name].start?.(node),
    signal: (name, signal, node = 0) => void part[name].signal?.(node, signal),
    stop: async () => {
      for (const proxy of [...kafkaProxies, redisProxy]) proxy.stop()
      await Promise.all([kafka.stop(), redis.stop()])
    },
  }
}

/** A process a stage, or several. */
class ManyProcesses implements System {
  private readonly processes = new Map<Stage, Process[]>()
  readonly home: string

  constructor(
    private readonly root: string,
    private readonly place: { readonly folder: string; readonly config: string },
    readonly brokers: Brokers,
    private readonly replicas: number,
  ) {
    this.home = place.folder
  }

  async start(faults: Partial<Record<Stage, Fault>> = {}, lasting?: Fault): Promise<void> {
    for (const stage of stages) {
      const count = several.includes(stage) ? this.replicas : 1
      this.processes.set(
        stage,
        Array.from({ length: count }, (_, i) => this.process(stage, i, i === 0 ? faults[stage] : undefined, lasting)),
      )
    }
    await Promise.all(this.all().map((p) => p.start()))
  }

  of = (stage: Stage): readonly Process[] => this.processes.get(stage) ?? []
  all = (): readonly Process[] => [...this.processes.values()].flat()
  gatewayUrl = (): string => this.of('gateway')[0]?.url() ?? ''
  inspect = () => inspect(this.place.config, join(this.place.folder, 'harness'))
  stop = () => stopAll(this.all())
  destroy = (): void => this.all().forEach((p) => p.destroy())

  private process(stage: Stage, i: number, fault: Fault | undefined, lasting: Fault | undefined): Process {
    const name = `${stage}-${i + 1}`
    const { root } = this
    const { config, folder } = this.place
    const more = { ...(fault && { fault }), ...(lasting && { lasting }) }
    return new Process({ name, root, app: stage, config, home: join(folder, name), ...more })
  }
}
