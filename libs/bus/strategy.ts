import { BaseRpcContext, type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices'
import { isObservable, lastValueFrom } from 'rxjs'
import type { Batch, Bus, Consumer, InRecord, Owns } from './bus'
import { isOwnsPattern, ownsPattern, parsePattern } from './consume'
import { quarantined } from './quarantined'
import type { Place } from './recordLog'
import { type Quarantined, type Topic, allTopics, quarantine } from './topics'
import { type Received, decodeBatch, publish } from './typed'

export interface StrategyHooks {
  /** Counted and logged by the caller; the record itself is in the topic `quarantine`, with its bytes. */
  readonly onQuarantine?: (record: QuarantinedAt, reason: string) => void
  /** A handler rejected, so broker or store are down; the same batch comes again. */
  readonly onError?: (error: unknown, batch: QuarantinedAt) => void
  /** A method marked with @Owns failed, which it must not: it does not know which partitions it owns now. */
  readonly onOwnsError?: (error: unknown, consumer: Pick<QuarantinedAt, 'topic' | 'group'>) => void
}

/** Where a record stands, without its bytes: fit for a log. */
export type QuarantinedAt = Pick<Quarantined, 'topic' | 'group' | 'partition' | 'position'>

interface Handled {
  readonly topic: Topic<unknown>
  readonly group: string
  readonly handler: MessageHandler
  readonly owns: MessageHandler | undefined
}

/**
 * Nest's transport over any bus: hands decoded batches to the methods marked with @Consume and awaits them. Undecodable records are
 * quarantined and left out; so is a record that makes its handler fail with an error of the program. Methods marked with @Owns are told which
 * partitions their consumer owns. Starting fails when a handler's topic is unknown, two want the same, or an @Owns has no @Consume.
 */
export class BusStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('bus')
  override readonly propagatesEventHandlerErrors = true
  private consumers: Consumer[] = []
  private told: Promise<void> = Promise.resolve()

  constructor(
    private readonly bus: Bus,
    private readonly hooks: StrategyHooks = {},
  ) {
    super()
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      for (const one of handledBy(this.messageHandlers)) {
        const handle = (batch: Batch) => this.handle(one, batch)
        this.consumers.push(await this.bus.consume(one.topic.name, one.group, handle, this.owns(one)))
      }
      callback()
    } catch (error) {
      callback(error)
    }
  }

  /** Waits for the running batches and commits them; the bus stays open. */
  async close(): Promise<void> {
    const consumers = this.consumers
    this.consumers = []
    await Promise.all(consumers.map((consumer) => consumer.stop()))
    await this.told
  }

  on(): never {
    throw new Error('The bus has no events.')
  }

  unwrap<T>(): T {
    return this.bus as T
  }

  /** One after the other, as Nest calls a method only after some turns: an older word must not come last. */
  private owns({ topic: { name: topic }, group, owns }: Handled): Owns | undefined {
    return (
      owns &&
      ((partitions) => {
        const tell = () => call(owns, partitions, { topic, group })
        this.told = this.told.then(tell).catch((error: unknown) => this.hooks.onOwnsError?.(error, { topic, group }))
      })
    )
  }

  private async handle(handled: Handled, batch: Batch): Promise<void> {
    const place = { topic: batch.topic, group: handled.group, partition: batch.partition }
    try {
      const bad: { record: InRecord; reason: string }[] = []
      const records = decodeBatch(handled.topic, batch, (record, reason) => bad.push({ record, reason }))
      if (bad.length > 0) await this.putAside(bad.map(({ record, reason }) => quarantined(place, record, reason)))
      if (records.length > 0) await this.call(handled, records, place, batch)
    } catch (error) {
      this.hooks.onError?.(error, { ...place, position: Number(batch.records[0]?.position) })
      throw error
    }
  }

  /** Where a fault of the program lies in the way, the records go one by one, and those that meet it are quarantined. */
  private async call(handled: Handled, records: readonly Received<unknown>[], place: Place, batch: Batch): Promise<void> {
    try {
      await call(handled.handler, records, place)
    } catch (error) {
      if (!isProgramFault(error)) throw error
      if (records.length > 1) for (const record of records) await this.call(handled, [record], place, batch)
      else await this.putAside([quarantined(place, rawOf(batch, records[0]), String(error))])
    }
  }

  private async putAside(records: readonly Quarantined[]): Promise<void> {
    await publish(this.bus, quarantine, records)
    for (const { topic, group, partition, position, reason } of records) {
      this.hooks.onQuarantine?.({ topic, group, partition, position }, reason)
    }
  }
}

type Handlers = ReadonlyMap<string, MessageHandler>

function handledBy(handlers: Handlers): Handled[] {
  const twice = [...handlers].find(([, handler]) => handler.next)
  if (twice) throw new Error(`Two methods want "${twice[0]}", and only one would be called.`)
  const all = [...handlers].filter(([pattern]) => !isOwnsPattern(pattern)).map(([pattern, handler]) => handled(pattern, handler, handlers))
  const owning = new Set(all.map(({ owns }) => owns))
  const lonely = [...handlers].find(([pattern, handler]) => isOwnsPattern(pattern) && !owning.has(handler))
  if (lonely) throw new Error(`A method is marked "${lonely[0]}", and no @Consume has that group and topic.`)
  return all
}

function handled(pattern: string, handler: MessageHandler, handlers: Handlers): Handled {
  const { topic, group } = parsePattern(pattern)
  const found = allTopics.find(({ name }) => name === topic) as Topic<unknown> | undefined
  if (!found || group === '')
    throw new Error(`A handler wants "${pattern}", which is not "group:topic" with a topic of libs/bus/topics.ts.`)
  return { topic: found, group, handler, owns: handlers.get(ownsPattern(group, topic)) }
}

async function call(handler: MessageHandler, data: unknown, from: Place | Pick<Place, 'topic' | 'group'>): Promise<void> {
  const result: unknown = await handler(data, new BaseRpcContext([from]))
  if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined })
}

const rawOf = (batch: Batch, received: Received<unknown> | undefined): InRecord =>
  batch.records.find((r) => r.position === received?.position) as InRecord

/** Trying again does not help: the handler itself is wrong about this record. By name, as errors of another realm are of another class. */
const isProgramFault = (error: unknown): boolean =>
  ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'].includes((error as Partial<Error> | undefined)?.name ?? '')
