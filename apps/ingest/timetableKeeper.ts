import { timezoneKey } from '#domain/operator'
import { keepVersions } from '#gtfs/keepVersions'
import { loadTimetable } from '#gtfs/loadTimetable'
import { type Network, networkOf } from '#gtfs/network'
import type { LinesTopic } from './linesTopic'
import { timetableLoads } from './metrics'
import type { IngestPorts } from './ports'
import type { TimetableSource } from './timetableSource'
import { pause } from './pause'

const firstRetryMs = 500
/** At the start the other side may be starting too (the demo's city is served by this very process): that is no error yet. */
const quietFailures = 2
const longestRetryMs = 60_000

/**
 * Keeps an operator's timetable fresh. A new one takes effect as a whole: its time zone and its lines are written first, then the feeds get the network. One
 * that cannot be loaded changes nothing: the old one stays, and the problem is reported with file, line and column.
 */
export class TimetableKeeper {
  private network: Network | undefined
  private failures = 0

  constructor(
    private readonly operator: string,
    private readonly source: TimetableSource,
    private readonly lines: LinesTopic,
    private readonly ports: IngestPorts,
    /** Called with each network that takes effect. */
    private readonly onNetwork: (network: Network) => void,
  ) {}

  /** Until the signal aborts: now, then every `refreshMs`, after a failure sooner. */
  async run(refreshMs: number, signal: AbortSignal): Promise<void> {
    for (let retryMs = firstRetryMs; !signal.aborted; retryMs = Math.min(retryMs * 2, longestRetryMs)) {
      const good = await this.refresh(signal).catch((error: unknown) =>
        this.report('FAILED', error instanceof Error ? error.message : String(error)),
      )
      if (good) retryMs = firstRetryMs
      await pause(this.ports.clock, good ? refreshMs : Math.min(retryMs, refreshMs), signal)
    }
  }

  /** Whether the timetable is as new as its source. Rejects when bus or store are down. */
  async refresh(signal: AbortSignal): Promise<boolean> {
    const fetched = await this.source.fetch(signal)
    if (signal.aborted) return false
    if (fetched.kind === 'same') return this.count('same')
    if (fetched.kind === 'bytes') return this.use(fetched.bytes, true)
    const cached = this.network ? undefined : await this.source.cached()
    this.report(fetched.code, cached ? `${fetched.message}; the last one that could be loaded is used` : fetched.message)
    if (cached) await this.use(cached, false)
    return false
  }

  private async use(bytes: Buffer, fresh: boolean): Promise<boolean> {
    const loaded = await loadTimetable(bytes)
    if (!loaded.ok) {
      const [problem] = loaded.problems
      return this.report(problem?.code ?? 'FAILED', problem?.message ?? '')
    }
    const network = keepVersions(networkOf(this.operator, loaded.timetable), this.lines.lines())
    await this.ports.store.state.putMany([{ key: timezoneKey(this.operator), value: Buffer.from(loaded.timetable.days.timezone) }])
    await this.lines.write(network.lines)
    if (fresh) await this.source.accepted(bytes)
    this.network = network
    this.onNetwork(network)
    const rejects = Object.fromEntries(loaded.timetable.rejects)
    this.ports.log.info(
      { operator: this.operator, version: loaded.timetable.version, lines: network.lines.length, rejects },
      'timetable loaded',
    )
    return this.count('swapped')
  }

  private count(outcome: string): true {
    this.failures = 0
    timetableLoads.inc({ operator: this.operator, outcome })
    return true
  }

  private report(code: string, message: string): false {
    timetableLoads.inc({ operator: this.operator, outcome: code })
    const level = ++this.failures > quietFailures ? 'error' : 'debug'
    this.ports.log[level]({ operator: this.operator, code, keepsOld: this.network !== undefined }, `timetable not loaded: ${message}`)
    return false
  }
}
