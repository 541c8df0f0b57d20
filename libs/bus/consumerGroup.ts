import type { Clock } from '#domain/ports'
import type { Batch, Consumer, Owns } from './bus'
import type { Committer } from './committer'
import { CrashGuard, type OneAtATime } from './crashGuard'
import { type Owning, owningOf } from './owning'
import type { PutAside } from './poison'
import { Pump } from './pump'
import { type Place, type RecordLog, type Report, upTo } from './recordLog'

type Handle = (batch: Batch) => Promise<void>

interface Member {
  readonly handle: Handle
  readonly owning: Owning
  readonly running: Set<Promise<void>>
}

export interface GroupPorts {
  readonly log: RecordLog
  readonly clock: Clock
  readonly committer: Committer
  readonly report: Report
  readonly alone: OneAtATime
  readonly putAside: PutAside
}

/**
 * The members of a group on one topic. Each partition has one pump, whoever owns it: so no two batches of a partition ever run at once, also
 * while members come and go. Partition p belongs to member p mod members.
 */
export class ConsumerGroup {
  readonly pumps: readonly Pump<Batch>[]
  private members: Member[] = []

  constructor(
    private readonly ports: GroupPorts,
    readonly topic: string,
    group: string,
    partitions: number,
  ) {
    const committed = ports.log.committed(topic, group)
    this.pumps = Array.from({ length: partitions }, (_, partition) =>
      this.pump({ topic, group, partition }, committed.get(partition) ?? 0n),
    )
  }

  join(handle: Handle, owns?: Owns): Consumer {
    const member: Member = { handle, owning: owningOf(owns), running: new Set() }
    this.members.push(member)
    this.tellAll()
    for (const pump of this.pumps) pump.wake()
    return { owned: () => this.owned(member), stop: () => this.leave(member) }
  }

  get empty(): boolean {
    return this.members.length === 0
  }

  private owned(member: Member): number[] {
    return [...this.pumps.keys()].filter((partition) => this.owner(partition) === member)
  }

  private tellAll(): void {
    for (const member of this.members) member.owning.now(this.owned(member))
  }

  private owner(partition: number): Member | undefined {
    return this.members[partition % this.members.length]
  }

  /** The member is out at once; resolves when what it was handling is done and committed. */
  private async leave(member: Member): Promise<void> {
    this.members = this.members.filter((m) => m !== member)
    member.owning.end()
    this.tellAll()
    if (this.empty) await Promise.all(this.pumps.map((pump) => pump.stop()))
    await Promise.allSettled(member.running)
    await this.ports.committer.settle()
  }

  private pump(place: Place, committed: bigint): Pump<Batch> {
    const { log, clock, committer, report, putAside, alone } = this.ports
    const guard = log.attempts && new CrashGuard(log.attempts, place, alone)
    const steps = {
      deliver: (batch: Batch) => this.deliver(batch),
      putAside: (batch: Batch, tries: number) => putAside(place, batch, tries),
    }
    let after = committed
    const next = (): Batch | undefined | Promise<Batch> => {
      const records = log.read(place.topic, place.partition, after)
      if (records.length === 0) return undefined
      const batch = { topic: place.topic, partition: place.partition, records }
      return guard?.limit(batch) ?? batch
    }
    const handle = async (batch: Batch): Promise<void> => {
      await (guard ? guard.handle(batch, steps) : steps.deliver(batch))
      after = upTo(batch)
      committer.set({ ...place, position: after })
    }
    const failed = (error: unknown, waitMs: number) => {
      if (!(error instanceof NobodyLeft)) report({ kind: 'retry', place, error, waitMs })
    }
    return new Pump<Batch>({ next, handle, failed }, clock)
  }

  private async deliver(batch: Batch): Promise<void> {
    const owner = this.owner(batch.partition)
    if (!owner) throw new NobodyLeft()
    const running = handing(owner, batch)
    owner.running.add(running)
    try {
      await running
    } finally {
      owner.running.delete(running)
    }
  }
}

/** The last member left between taking a batch and handling it: the batch stays uncommitted. */
class NobodyLeft extends Error {}

/** A handler that throws at once rejects, too. */
const handing = async (owner: Member, batch: Batch): Promise<void> => owner.handle(batch)
