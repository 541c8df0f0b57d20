import { Controller, Inject } from '@nestjs/common'
import { Consume } from '#bus/consume'
import { disruptions } from '#bus/topics'
import type { Received } from '#bus/typed'
import { type Disruption, newest } from '#domain/disruption'
import type { Clock } from '#domain/ports'
import { countAudience } from '#matching/audience'
import { CLOCK, STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { audienceKey } from '#matching/audienceKey'
import { CompleteStore } from './completeStore'
import { disruptionsHandled } from './metrics'
import { type Task, taskFor } from './tellable'
import { Teller } from './teller'
import { World } from './world'

/** Acts on every new revision of a disruption. A record that is seen again changes nothing. */
@Controller()
export class DisruptionsController {
  /** What was done last for a disruption, so that a record without news for riders is not dispatched again. */
  private readonly handled = new Map<string, string>()

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly world: World,
    private readonly teller: Teller,
    private readonly complete: CompleteStore,
  ) {
    complete.onOther(() => {
      this.handled.clear()
      this.teller.forgetAll()
    })
  }

  @Consume('match', disruptions)
  async handle(records: readonly Received<Disruption>[]): Promise<void> {
    this.world.applyDisruptions(records)
    await this.complete.during(async () => {
      for (const record of records) await this.handleRecord(record)
    })
  }

  private async handleRecord(record: Received<Disruption>): Promise<void> {
    const key = record.key ?? ''
    const d = record.value
    const operator = d?.operator ?? key.slice(0, key.indexOf('/'))
    if (!this.world.isNewest(record)) return disruptionsHandled.inc({ operator, outcome: 'SUPERSEDED' })
    if (!d) return this.erase(operator, key)
    const task = taskFor(d, this.now())
    const news = `${task}/${d.publication}/${newest(d)?.number ?? 0}`
    if (this.handled.get(key) === news) return disruptionsHandled.inc({ operator, outcome: 'UNCHANGED' })
    await this.act(d, task)
    this.handled.set(key, news)
    disruptionsHandled.inc({ operator, outcome: outcomes[task] })
  }

  private async act(d: Disruption, task: Task): Promise<void> {
    switch (task) {
      case 'tell':
        await this.teller.tell(d, 'revision')
        break
      case 'update':
        await this.teller.update(d)
        break
      case 'count':
        await this.count(d)
        break
      case 'nothing':
        break
    }
  }

  /** How many would be told, where the gateway finds it. */
  private async count(d: Disruption): Promise<void> {
    const counts = countAudience(await this.teller.find(d))
    const value = Buffer.from(JSON.stringify({ ...counts, revision: newest(d)?.number ?? 0, at: this.now() }))
    await this.store.state.putMany([{ key: audienceKey(d.operator, d.id), value }])
  }

  private async erase(operator: string, key: string): Promise<void> {
    const disruption = key.slice(operator.length + 1)
    await this.teller.forget(operator, disruption)
    await this.store.state.putMany([{ key: audienceKey(operator, disruption), value: undefined }])
    this.handled.delete(key)
    disruptionsHandled.inc({ operator, outcome: 'ERASED' })
  }

  private now(): number {
    return Math.floor(this.clock.now() / 1000)
  }
}

const outcomes: Readonly<Record<Task, string>> = { tell: 'TOLD', update: 'UPDATED', count: 'COUNTED', nothing: 'NOTHING_TO_TELL' }
