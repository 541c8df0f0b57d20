import { join } from 'node:path'
import type { Network } from '#gtfs/network'
import { Vehicles } from '#gtfs/vehicles'
import type { OperatorSettings } from '#service/settings'
import { FeedPoller } from './feedPoller'
import { LinesTopic } from './linesTopic'
import type { IngestPorts } from './ports'
import { TimetableKeeper } from './timetableKeeper'
import { TimetableSource } from './timetableSource'
import { pause } from './pause'

/**
 * Runs one operator until the signal aborts: its timetable, and a poller a feed. Feeds wait for the first timetable, since without it no trip
 * is joined and no line has a name; an operator that has none starts at once.
 */
export async function ingestOperator(settings: OperatorSettings, home: string, ports: IngestPorts, signal: AbortSignal): Promise<void> {
  const trust = settings.allowPrivateAddresses ? 'own' : 'foreign'
  const lines = await openLines(settings.id, ports, signal)
  if (!lines) return
  const vehicles = new Vehicles()
  const pollers = settings.feeds.map((feed) => new FeedPoller({ operator: settings.id, feed, trust, vehicles, lines }, ports))
  const polling = () => Promise.all(pollers.map((poller) => poller.run(signal)))
  const { timetable } = settings
  if (!timetable.url && !timetable.file) return void (await polling())
  const source = new TimetableSource(timetable, ports.net, trust, join(home, 'timetables', `${encodeURIComponent(settings.id)}.zip`))
  const started: { polling?: Promise<unknown> } = {}
  const keeper = new TimetableKeeper(settings.id, source, lines, ports, (network: Network) => {
    for (const poller of pollers) poller.use(network)
    started.polling ??= polling()
  })
  await keeper.run(timetable.refreshMs, signal)
  await started.polling
}

const retryMs = 1000

/** The bus may come up after us. */
async function openLines(operator: string, { bus, clock, log }: IngestPorts, signal: AbortSignal): Promise<LinesTopic | undefined> {
  while (!signal.aborted) {
    try {
      return await LinesTopic.open(bus, operator, log)
    } catch (error) {
      log.error({ operator, err: error }, 'the topic of lines cannot be read; trying again')
      await pause(clock, retryMs, signal)
    }
  }
  return undefined
}
