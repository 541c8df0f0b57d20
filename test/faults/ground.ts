import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { riders } from '#bus/topics'
import { publish } from '#bus/typed'
import { createLogger } from '#service/log'
import { type OpenPlatform, openPlatform } from '#service/openPlatform'
import { parseSettings } from '#service/parseSettings'
import { atExit } from './atExit'
import type { Provider } from './provider'
import type { Process } from './process'
import { Staff } from './staff'
import type { System } from './system'
import { type Person, operators, riderOf } from './town'

export type Mode = 'embedded' | 'kafka+redis'

/** What a run needs beside the fault. */
export interface Given {
  /** How many processes of the stages that may have several (kafka+redis). */
  readonly replicas?: number
  /** Messages a second and account. */
  readonly perSecond?: number
  /** The state folder lies on a small disk of its own (embedded). */
  readonly smallDisk?: boolean
}

/** A mode made ready: riders are loaded once, each run begins from there. */
export interface Ground {
  readonly mode: Mode
  /** Of the repository. */
  readonly root: string
  readonly people: readonly Person[]
  readonly provider: Provider
  begin(given: Given): Promise<System>
  close(): Promise<void>
}

const publishedAtOnce = 1000
const appliedWithinMs = 240_000
const committedAfterMs = 1000

/** Opens bus and store of a configuration in this process. */
export function inspect(config: string, home: string): Promise<OpenPlatform> {
  const parsed = parseSettings(config, { LINIENFUNK_HOME: home, PORT: '0' })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return openPlatform(parsed.settings, createLogger('silent', false))
}

/** Appends the riders' records as the gateway would. */
export async function publishRiders(platform: OpenPlatform, people: readonly Person[], provider: string): Promise<void> {
  for (let from = 0; from < people.length; from += publishedAtOnce) {
    const some = people.slice(from, from + publishedAtOnce).map((person) => riderOf(person, platform.keys, provider))
    await publish(platform.bus, riders, some)
  }
}

/** Until each operator's notice would reach all its riders, and their records are done with: a store may be filled before its consumer is through. */
export async function untilApplied(system: System, people: readonly Person[]): Promise<void> {
  const end = Date.now() + appliedWithinMs
  for (const operator of operators) {
    const wanted = people.filter((p) => p.operator === operator).length
    const staff = new Staff(operator, system.gatewayUrl)
    const handled = () => handledBy(system.of('match'), operator)
    while ((await staff.audience().catch(() => 0)) < wanted || (await handled().catch(() => 0)) < wanted) {
      if (Date.now() > end) throw new Error(`${operator}: the riders were not applied`)
      await sleep(100)
    }
  }
  await sleep(committedAfterMs)
}

/** Riders' records of an operator that these processes have handled since they started. */
async function handledBy(processes: readonly Process[], operator: string): Promise<number> {
  const texts = await Promise.all(processes.map(async (p) => (await fetch(`${p.url()}/metrics`)).text()))
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line.startsWith('linienfunk_match_riders_total{') && line.includes(`"${operator}"`)) // prettier-ignore
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

/** Folders of this process, removed at its end. */
export class Folders {
  private readonly all: string[] = []

  constructor() {
    atExit(() => this.clear())
  }

  fresh(): string {
    const folder = mkdtempSync(join(tmpdir(), 'linienfunk-faults-'))
    this.all.push(folder)
    return folder
  }

  copy(from: string, to: string): void {
    mkdirSync(to, { recursive: true })
    cpSync(from, to, { recursive: true })
  }

  clear(): void {
    for (const folder of this.all.splice(0)) rmSync(folder, { recursive: true, force: true })
  }
}
