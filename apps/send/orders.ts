import { type CohortKey, type Dispatch, cohortId, cohortShard } from '#domain/dispatch'
import { type CohortReceipt, packReceipts, unpackReceipts } from '#domain/packedReceipts'
import type { Clock } from '#domain/ports'
import type { Receipt } from '#domain/receipt'
import { slotReasons } from '#domain/slot'
import type { Shards } from '#service/shards'
import type { CohortDesk } from './cohortDesk'
import { judgeFacts } from './judgeFacts'
import type { Ledger } from './ledger'
import { isNews, mergeReceipt } from './mergeReceipt'
import { receiptsByKind } from './metrics'
import type { OpenCohort } from './openCohort'
import type { Tally } from './tally'
import type { World } from './world'

export interface OrdersParts {
  readonly clock: Clock
  readonly world: World
  readonly desk: CohortDesk
  readonly ledger: Ledger
  readonly tally: Tally
  readonly shards: Pick<Shards, 'whenHeld' | 'epochOf' | 'serves'>
  readonly publishDispatch: (dispatch: Dispatch) => Promise<unknown>
}

/**
 * What the topics ask of a cohort's owner: news (a dispatch), another try for dead letters, receipts. One writer a cohort: all of it goes
 * through the desk, whose acts on a cohort run one after the other.
 */
export class Orders {
  constructor(private readonly parts: OrdersParts) {}

  /** Durable when it resolves. False: the store has no such cohort. */
  async take(d: Dispatch): Promise<boolean> {
    const epoch = await this.parts.shards.whenHeld(cohortShard(cohortId(d)))
    if (d.receipts?.length) return this.merge(cohortId(d), epoch, unpackReceipts(d.receipts)).then(() => true)
    if (d.retry?.length) return this.retry(d, epoch, d.retry)
    return (await this.parts.desk.dispatched(d, epoch)) !== undefined
  }

  /** Receipts of one cohort. The members of the topic `receipts` need not be those of the dispatches: what is another one's goes to him. */
  async receipts(key: CohortKey, receipts: readonly CohortReceipt[]): Promise<void> {
    const { shards, publishDispatch } = this.parts
    const shard = cohortShard(cohortId(key))
    const epoch = shards.epochOf(shard)
    if (epoch !== undefined && shards.serves(shard, epoch)) return this.merge(cohortId(key), epoch, receipts)
    const { operator, disruption, channel, cohort } = key
    const mail = { operator, disruption, channel, cohort, revision: 0, severity: 'INFO', recipients: new Uint8Array() } as const
    await publishDispatch({ ...mail, receipts: packReceipts(receipts) })
  }

  private merge(id: string, epoch: number, receipts: readonly CohortReceipt[]): Promise<void> {
    return this.parts.desk.visit(id, epoch, async (cohort) => {
      const changed = receipts.filter((receipt) => this.note(cohort, receipt)).map(({ slot }) => slot)
      await this.written(cohort, changed)
    })
  }

  private note(cohort: OpenCohort, receipt: CohortReceipt): boolean {
    if (receipt.slot >= cohort.size) return false
    const slot = cohort.slot(receipt.slot)
    const change = mergeReceipt(slot, receipt, cohort.header.openedAtMs)
    if (isNews(slot, receipt.kind)) {
      receiptsByKind.inc({ operator: cohort.header.operator, channel: cohort.header.channel, kind: receipt.kind })
    }
    if (change) cohort.change(receipt.slot, change)
    return change !== undefined
  }

  /** Only what may still be told; address, consent and end are looked at again before the attempt, as with any other. */
  private async retry(d: Dispatch, epoch: number, reasons: Uint8Array): Promise<boolean> {
    let revived: number[] = []
    const cohort = await this.parts.desk.dispatched({ ...d, revision: 0 }, epoch, (opened) => {
      revived = this.revive(opened, reasons)
    })
    if (cohort) await this.written(cohort, revived)
    return cohort !== undefined
  }

  private revive(cohort: OpenCohort, reasons: Uint8Array): number[] {
    const { operator, disruption } = cohort.header
    const facts = this.parts.world.disruption(operator, disruption)
    const now = Math.floor(this.parts.clock.now() / 1000)
    const revived: number[] = []
    for (let index = 0; facts && index < cohort.size; index++) {
      const slot = cohort.slot(index)
      if (slot.state !== 'FAILED' || !reasons.includes(slotReasons.indexOf(slot.reason))) continue
      if (facts.publication === 'HELD' || judgeFacts(slot, facts, now) !== 'send') continue
      // Who may have got it already is counted as a possible double.
      const reason = slot.reason === 'UNKNOWN_OUTCOME' ? slot.reason : 'NONE'
      cohort.change(index, { state: 'PENDING', attempts: 0, tried: 0, reason })
      this.parts.tally.moved(cohort, slot, cohort.slot(index))
      cohort.again(index)
      revived.push(index)
    }
    return revived
  }

  private async written(cohort: OpenCohort, slots: readonly number[]): Promise<void> {
    const refused = await Promise.all(slots.map((slot) => this.parts.ledger.write(cohort, slot)))
    if (refused.some((cohorts) => cohorts.has(cohort))) throw new Error(`${cohort.id} belongs to a newer sender`)
  }
}

/** Receipts by the cohort that they are about. */
export const byCohort = (receipts: readonly Receipt[]): [key: CohortKey, receipts: readonly CohortReceipt[]][] =>
  [...Map.groupBy(receipts, cohortId).values()].map((own) => [own[0] as Receipt, own])
