import type { Clock } from '#domain/ports'
import type { Owns } from '../bus'
import { owningOf } from '../owning'
import { usualSessionMs } from './settings'

/**
 * Which partitions this member may believe to own. Rules: a rebalance that changes nothing is not told, though the member is out of the group
 * for a moment; but whoever the group has not answered for a session's time is out of it, whatever kafkajs is waiting for: a frozen broker or
 * a cut line ends with none, until the group answers again. When it does not for five sessions, `lost` is called: kafkajs has been seen to
 * rejoin for ever in a rolling restart, without an error, while it went on writing.
 */
export class Membership {
  private partitions: readonly number[] = []
  private readonly owning
  private cancel = () => {}
  private cancelLost = () => {}
  private ended = false

  constructor(
    private readonly clock: Pick<Clock, 'timer'>,
    owns?: Owns,
    private readonly sessionMs = usualSessionMs,
    private readonly lost = () => {},
  ) {
    this.owning = owningOf(owns)
  }

  joined(partitions: readonly number[]): void {
    this.partitions = partitions
    this.heard()
  }

  /** A heartbeat was answered: still a member. */
  heard(): void {
    if (this.ended) return
    this.owning.now(this.partitions)
    this.expect()
    this.cancel()
    this.cancel = this.clock.timer(this.sessionMs, () => this.owning.now([]))
  }

  /** It is on its way back, or should be. */
  out(): void {
    this.partitions = []
    this.cancel()
    this.owning.now([])
    this.expect()
  }

  private expect(): void {
    this.cancelLost()
    if (!this.ended) this.cancelLost = this.clock.timer(lostAfterSessions * this.sessionMs, () => this.lost())
  }

  /** For good. */
  end(): void {
    this.ended = true
    this.out()
    this.owning.end()
  }
}

const lostAfterSessions = 5
