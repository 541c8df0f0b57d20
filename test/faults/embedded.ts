import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { mountSmallDisk } from './fullDisk'
import { type Given, type Ground, Folders, inspect, publishRiders, untilApplied } from './ground'
import { type Fault, Process } from './process'
import type { Provider } from './provider'
import { type Stage, type System, stopAll } from './system'
import { type Person, writeConfig } from './town'

const usualRate = 10_000
/** What a fan-out writes beside the riders, on a small disk. */
const roomMegabytes = 64

/** Runs side by side, each with a messenger of its own: only where no rider's address names the messenger (Telegram). */
export interface EmbeddedGround extends Ground {
  with(provider: Provider): EmbeddedGround
}

/** Everything in one process on the embedded adapters. The riders are loaded once, by a start of the product; each run works on a copy. */
export async function embeddedGround(root: string, people: readonly Person[], provider: Provider): Promise<EmbeddedGround> {
  const folders = new Folders()
  const mounted: (() => void)[] = []
  const base = folders.fresh()
  const home = join(base, 'home')
  mkdirSync(home, { mode: 0o700 })
  const config = writeConfig({ folder: base, provider: provider.url(), perSecond: usualRate })
  const platform = await inspect(config, home)
  await publishRiders(platform, people, provider.url())
  await platform.close()
  const loader = new OneProcess(root, config, home)
  try {
    await loader.start()
    await untilApplied(loader, people)
    await loader.stop()
  } finally {
    loader.destroy()
  }
  const groundOf = (at: Provider): EmbeddedGround => ({
    mode: 'embedded',
    root,
    people,
    provider: at,
    with: groundOf,
    begin: async ({ perSecond = usualRate, smallDisk = false }: Given) => {
      const folder = folders.fresh()
      const own = join(folder, 'home')
      if (smallDisk) mounted.push(mountSmallDisk(own, megabytesOf(home) + roomMegabytes))
      folders.copy(home, own)
      return new OneProcess(root, writeConfig({ folder, provider: at.url(), perSecond }), own)
    },
    close: async () => {
      for (const unmount of mounted.splice(0)) unmount()
      folders.clear()
    },
  })
  return groundOf(provider)
}

const megabytesOf = (folder: string): number =>
  Math.ceil(readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 2 ** 20)

/** All stages in one process. */
export class OneProcess implements System {
  readonly brokers = undefined
  private process: Process | undefined

  constructor(
    private readonly root: string,
    private readonly config: string,
    readonly home: string,
  ) {}

  async start(faults: Partial<Record<Stage, Fault>> = {}, lasting?: Fault): Promise<void> {
    const fault = Object.assign({}, ...Object.values(faults)) as Fault
    const { root, config, home } = this
    this.process = new Process({ name: 'all', root, app: 'all-in-one', config, home, fault, ...(lasting && { lasting }) })
    await this.process.start()
  }

  of = (): readonly Process[] => this.all()
  all = (): readonly Process[] => (this.process ? [this.process] : [])
  gatewayUrl = (): string => this.process?.url() ?? ''
  inspect = () => inspect(this.config, this.home)
  stop = () => stopAll(this.all())
  destroy = (): void => this.process?.destroy()
}
