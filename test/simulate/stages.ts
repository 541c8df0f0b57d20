import { BusStrategy } from '#bus/strategy'
import { DetectModule } from '#apps/detect/detect.module'
import { ReceiptsConsumer } from '#apps/gateway/riders/receipts.consumer'
import { RiderDesk } from '#apps/gateway/riders/riderDesk'
import { FeedPoller } from '#apps/ingest/feedPoller'
import { LinesTopic } from '#apps/ingest/linesTopic'
import { MatchModule } from '#apps/match/match.module'
import { SendModule } from '#apps/send/send.module'
import { PLATFORM } from '#apps/send/platform'
import type { Engine } from '#apps/send/engine'
import { SendService } from '#apps/send/send.service'
import { type Timing, usualTiming } from '#apps/send/timing'
import type { Messenger } from '#channels/messenger'
import { timezoneKey } from '#domain/operator'
import type { ChannelName } from '#domain/rider'
import type { Network } from '#gtfs/network'
import { Vehicles } from '#gtfs/vehicles'
import type { OperatorSettings } from '#service/settings'
import { BUS, CLOCK, KEYS, LOG, NET, type Platform, RANDOM, SETTINGS, STORE } from '#service/tokens'
import { attach, listening } from './attach'
import { Injector, type Token, started } from './injector'
import type { Notes } from './notes'
import type { SimNet } from './simNet'

/** Of every channel's engine: small, so that what may be doubled after a crash is few. */
export const concurrency = 2
export const timing: Timing = { ...usualTiming, leaseMs: 15_000, pollMs: 500 }

export interface Parts extends Platform {
  readonly net: SimNet
  /** Renewed less often than usual: a third of all steps would be leases. */
  readonly timing: Timing
  readonly networks: ReadonlyMap<string, Network>
  readonly notes: Notes
}

const strategyOf = ({ bus, notes }: Parts): BusStrategy =>
  new BusStrategy(bus, { onQuarantine: ({ topic }) => notes.sometimes(`quarantined: ${topic}`) })

/** As apps/ingest/operatorIngest.ts does it, with a timetable that is loaded already. */
export async function ingest(parts: Parts): Promise<void> {
  await Promise.all(parts.settings.operators.map((operator) => ingestOperator(operator, parts)))
}

async function ingestOperator(operator: OperatorSettings, parts: Parts): Promise<void> {
  const network = parts.networks.get(operator.id) as Network
  const lines = await LinesTopic.open(parts.bus, operator.id, parts.log)
  await parts.store.state.putMany([{ key: timezoneKey(operator.id), value: Buffer.from(network.timetable.days.timezone) }])
  await lines.write(network.lines)
  const vehicles = new Vehicles()
  for (const feed of operator.feeds) {
    const poller = new FeedPoller({ operator: operator.id, feed, trust: 'own', vehicles, lines }, parts)
    poller.use(network)
    void poller.run(new AbortController().signal)
  }
}

export const detect = (parts: Parts): Promise<void> => startModule(DetectModule, parts)
export const match = (parts: Parts): Promise<void> => startModule(MatchModule, parts)

export const send = (parts: Parts): Promise<void> =>
  startModule(SendModule, parts, (injector) => tuned(injector.get<SendService>(SendService), parts.net))

async function startModule(module: new () => object, parts: Parts, tune: (injector: Injector) => void = () => {}): Promise<void> {
  const injector = injectorOf(parts)
  const { all, controllers } = injector.module(module)
  tune(injector)
  await started(all)
  const strategy = strategyOf(parts)
  for (const controller of controllers) attach(strategy, controller)
  await listening(strategy)
}

const injectorOf = ({ bus, store, clock, random, net, log, settings, keys, timing }: Parts): Injector =>
  new Injector(new Map<Token, object>([
    [PLATFORM, { bus, store, clock, random, net, log, settings, keys, timing }],
    [BUS, bus], [STORE, store], [CLOCK, clock], [RANDOM, random], [NET, net], [LOG, log], [SETTINGS, settings], [KEYS, keys],
  ])) // prettier-ignore

/** The one thing that is changed in the product: fewer at once, and each request says which message it carries. */
function tuned(service: SendService, net: SimNet): void {
  // Nobody here has a mail address, and leases of every share are renewed all the time.
  ;(service['engines'] as Map<ChannelName, Engine>).delete('EMAIL')
  for (const engine of service['engines'].values()) Object.assign(engine['fanout']['parts'], { concurrency })
  for (const own of service['accounts'].values()) {
    const accounts = own as Map<string, { account: object; messenger: Messenger }>
    for (const [operator, account] of accounts) Object.assign(account, { messenger: labelled(account.messenger, operator, net) })
  }
}

const labelled = (messenger: Messenger, operator: string, net: SimNet): Messenger => ({
  ...messenger,
  send: (message) => {
    net.sending = { operator, channel: messenger.channel, message }
    const outcome = messenger.send(message)
    net.sending = undefined
    return outcome
  },
})

/** What writes riders and notices. */
export interface Gateway {
  readonly desk: RiderDesk
  readonly parts: Parts
}

export async function gateway(parts: Parts): Promise<Gateway> {
  const injector = injectorOf(parts)
  const desk = injector.get<RiderDesk>(RiderDesk)
  const strategy = strategyOf(parts)
  attach(strategy, injector.get(ReceiptsConsumer))
  await listening(strategy)
  return { desk, parts }
}
