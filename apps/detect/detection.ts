import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common'
import type { Bus } from '#bus/bus'
import { observations as observationsTopic } from '#bus/topics'
import type { Received } from '#bus/typed'
import { OperatorDetector } from '#detection/detector'
import type { Change } from '#detection/situation'
import type { Observation } from '#domain/observation'
import type { Clock, Random } from '#domain/ports'
import type { Logger } from '#service/log'
import type { OperatorSettings, Settings } from '#service/settings'
import { Shards, usualLeases } from '#service/shards'
import { BUS, CLOCK, LOG, RANDOM, SETTINGS, STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { Copies } from './copies'
import { actsIgnored, batchSeconds, observationsHandled, statesLost } from './metrics'
import { publishChanges } from './publish'
import { States } from './states'

interface Held {
  readonly detector: OperatorDetector
  mark: string | undefined
}

/**
 * Concurrency: a batch holds observations of one partition, and all of an operator share a partition, so that an operator's detector has one caller
 * at a time; of several instances the holder of the partition's lease (shards.ts). One that was frozen in the midst of a batch finds before it
 * publishes that the lease has run out, and writes nothing. Order of the writes: disruptions, then states, then (when `handle` resolves) the
 * position. A crash in between repeats the batch from the states that were stored, and gives the same records.
 */
@Injectable()
export class Detection implements BeforeApplicationShutdown {
  private readonly shards: Shards
  /** The batches that are being handled, by partition. */
  private readonly running = new Map<number, Promise<void>>()
  private readonly held = new Map<string, Held>()
  private readonly operators: ReadonlyMap<string, OperatorSettings>
  private readonly states: States

  constructor(
    @Inject(BUS) private readonly bus: Bus,
    @Inject(STORE) store: Store,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) random: Random,
    @Inject(SETTINGS) settings: Settings,
    @Inject(LOG) log: Pick<Logger, 'error'>,
    private readonly copies: Copies,
  ) {
    this.shards = new Shards({
      name: 'detect',
      leases: store.state,
      clock,
      holder: random.bytes(8).toString('hex'),
      timing: usualLeases,
      // What an earlier turn left in memory is compared with the stored mark before it is used.
      gained: () => {},
      leave: async (partition) => this.running.get(partition)?.catch(() => {}),
      lost: () => {},
      failed: (error) => log.error({ err: error }, 'detect: a lease could not be asked for'),
    })
    this.operators = new Map(settings.operators.map((o) => [o.id, o]))
    this.states = new States(store.state, random)
  }

  /** The partitions that the bus gives this instance, all of them, whenever they change. */
  owns = (partitions: readonly number[]): void => this.shards.own(partitions)

  beforeApplicationShutdown(): Promise<void> {
    return this.shards.stop()
  }

  /** Rejects when broker or store are down, or the partition is somebody else's; what was held in memory is dropped then. */
  async handle(records: readonly Received<Observation>[]): Promise<void> {
    await this.copies.ready()
    const partition = records[0]?.partition
    if (partition === undefined) return
    const epoch = await this.shards.whenHeld(partition)
    const isOurs = () => this.shards.epochOf(partition) === epoch
    const all = [...byOperator(records)].map(([operator, observations]) => this.handleOperator(operator, observations, isOurs))
    const running = Promise.all(all).then(() => undefined)
    this.running.set(partition, running)
    await running
  }

  private async handleOperator(id: string, observations: readonly Observation[], isOurs: () => boolean): Promise<void> {
    const operator = this.operators.get(id)
    if (!operator) return void observationsHandled.inc({ operator: 'unknown', kind: 'any' }, observations.length)
    const began = this.clock.elapsed()
    try {
      const held = await this.current(operator)
      const changes = applyAll(held.detector, id, observations)
      mustBe(isOurs)
      await publishChanges(this.bus, changes)
      mustBe(isOurs)
      const changed = held.detector.takeChanged()
      if (changed.length > 0) held.mark = await this.states.save(id, changed)
    } catch (error) {
      this.held.delete(id)
      throw error
    }
    batchSeconds.observe({ operator: id }, (this.clock.elapsed() - began) / 1000)
  }

  /** The detector in memory if nobody else wrote since, else the stored one. */
  private async current(operator: OperatorSettings): Promise<Held> {
    const held = this.held.get(operator.id)
    if (held && held.mark === (await this.states.mark(operator.id))) return held
    const loaded = await this.load(operator)
    this.held.set(operator.id, loaded)
    return loaded
  }

  private async load(operator: OperatorSettings): Promise<Held> {
    const settings = { operator: operator.id, detection: operator.detection, policy: operator.policy }
    const detector = new OperatorDetector(settings, (line) => this.copies.line(operator.id, line))
    const { mark, pieces } = await this.states.load(operator.id)
    detector.restore(pieces)
    if (mark === undefined && pieces.length === 0) this.adopt(detector, operator.id)
    return { detector, mark }
  }

  /** The state was lost, or this is the first start. */
  private adopt(detector: OperatorDetector, operator: string): void {
    const open = this.copies.ofOperator(operator).filter((d) => d.state !== 'CLOSED')
    if (open.length > 0) statesLost.inc({ operator })
    detector.adopt(open)
  }
}

function mustBe(isOurs: () => boolean): void {
  if (!isOurs()) throw new Error('another instance detects for this partition now')
}

function applyAll(detector: OperatorDetector, operator: string, observations: readonly Observation[]): Change[] {
  return observations.flatMap((observation) => {
    const kind = observation.kind === 'tick' ? `tick ${observation.tick.state}` : observation.kind
    observationsHandled.inc({ operator, kind })
    const { changes, ignored } = detector.apply(observation)
    if (ignored) actsIgnored.inc({ operator, reason: ignored })
    return [...changes]
  })
}

function byOperator(records: readonly Received<Observation>[]): Map<string, Observation[]> {
  const found = new Map<string, Observation[]>()
  for (const { value } of records) {
    if (!value) continue
    const operator = observationsTopic.partitionBy(value)
    found.set(operator, [...(found.get(operator) ?? []), value])
  }
  return found
}
