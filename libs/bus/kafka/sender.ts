import { setImmediate as turn } from 'node:timers/promises'
import type { Message, Producer } from 'kafkajs'
import type { Clock } from '#domain/ports'
import type { KafkaReport } from './events'
import { compressionFor } from './zstd'

/**
 * Appends to one partition. Rules of concurrency: one send() at a time and one partition a send(), as kafkajs loses records otherwise (when
 * a leader moves, a partition that went to a broker which has answered already is never sent). What arrives meanwhile goes with the next
 * send, so batches grow with the load and nothing waits for a timer.
 */
export class Sender {
  private waiting: Call[] = []
  private running: Promise<void> | undefined

  constructor(
    private readonly ports: SenderPorts,
    /** As it is called in the cluster. */
    private readonly topic: string,
    private readonly partition: number,
  ) {}

  /**
   * Offset of the first; the others follow without a gap. Rejects when the broker has not answered within 30 s: nothing is known then,
   * except for those that were still waiting, which are never sent.
   */
  append(messages: readonly Message[]): Promise<bigint> {
    const { promise, resolve, reject } = Promise.withResolvers<bigint>()
    const call: Call = { messages, bytes: bytesOf(messages), resolve, reject }
    const cancel = this.ports.clock.timer(deadlineMs, () => this.giveUp(call))
    this.waiting.push(call)
    this.running ??= this.run().finally(() => (this.running = undefined))
    return promise.finally(cancel)
  }

  private giveUp(call: Call): void {
    this.waiting = this.waiting.filter((other) => other !== call)
    call.reject(new Error(`Kafka has not answered within ${deadlineMs / 1000} s (${this.topic}/${this.partition}).`))
  }

  private async run(): Promise<void> {
    // What is appended in the same turn goes together.
    await turn()
    for (let calls = this.take(); calls.length > 0; calls = this.take()) {
      try {
        let offset = await this.send(calls)
        for (const call of calls) {
          call.resolve(offset)
          offset += BigInt(call.messages.length)
        }
      } catch (error) {
        for (const call of calls) call.reject(error)
      }
    }
  }

  /** A call is never split: its records stand together. */
  private take(): Call[] {
    let bytes = 0
    const end = this.waiting.findIndex((call, i) => (bytes += call.bytes) > sendBytes && i > 0)
    return this.waiting.splice(0, end < 0 ? this.waiting.length : end)
  }

  /** Resolved is not written: the answer must name the partition. */
  private async send(calls: readonly Call[]): Promise<bigint> {
    const { producer, report, clock } = this.ports
    const { topic, partition } = this
    const messages = calls.flatMap((call) => call.messages)
    const compression = compressionFor(calls.reduce((sum, call) => sum + call.bytes, 0))
    for (let tries = 1; tries <= mostTries; tries++) {
      const answers = await producer.send({ topic, messages, acks: -1, compression })
      const mine = answers.find((answer) => answer?.topicName === topic && answer.partition === partition && answer.errorCode === 0)
      if (mine?.baseOffset !== undefined) return BigInt(mine.baseOffset)
      report({ kind: 'unanswered', topic, partition })
      await clock.sleep(pauseMs)
    }
    throw new Error(`Kafka has not confirmed ${topic}/${partition} in ${mostTries} answers.`)
  }
}

export interface SenderPorts {
  readonly producer: Pick<Producer, 'send'>
  readonly clock: Clock
  readonly report: KafkaReport
}

interface Call {
  readonly messages: readonly Message[]
  readonly bytes: number
  readonly resolve: (first: bigint) => void
  readonly reject: (error: unknown) => void
}

const bytesOf = (messages: readonly Message[]): number =>
  messages.reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0) + overheadBytes, 0)

const overheadBytes = 16
const sendBytes = 2 ** 20
const deadlineMs = 30_000
const pauseMs = 100
const mostTries = 10
