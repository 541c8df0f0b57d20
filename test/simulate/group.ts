import { partitionsOf } from '#bus/partitioner'
import type { Broker } from './broker'
import type { Member } from './member'

const sessionMs = 8000
const heartbeatMs = 2000

/**
 * The members of a group at the broker. Whoever is silent for a session is out; whenever members come, go or chance wills it, the partitions
 * are dealt anew. A member learns of it later, or, frozen, much later: until then it goes on with what it believes to own.
 */
export class Group {
  generation = 0
  private members: Member[] = []
  private owners = new Map<number, Member>()
  private dealing = false

  constructor(
    private readonly broker: Broker,
    readonly topic: string,
    readonly name: string,
  ) {
    this.watchSessions()
  }

  join(member: Member): void {
    if (!this.members.includes(member)) this.members.push(member)
    this.dealSoon()
  }

  leave(member: Member): void {
    this.members = this.members.filter((m) => m !== member)
    this.dealSoon()
  }

  /** A position is taken from whoever owns the partition now, and sometimes from whoever did before. */
  commit(member: Member, generation: number, partition: number, position: bigint): void {
    const { chance, notes } = this.broker.universe
    const isStale = generation !== this.generation || this.owners.get(partition) !== member
    if (isStale && chance.is(0.7)) return notes.sometimes('commit of a former owner refused')
    if (isStale) notes.sometimes('commit of a former owner taken')
    const before = this.broker.log.committed(this.topic, this.name).get(partition) ?? 0n
    if (position < before) notes.sometimes('position went back')
    void this.broker.log.commit([{ topic: this.topic, group: this.name, partition, position }])
  }

  dealSoon(): void {
    if (this.dealing) return
    this.dealing = true
    const { timeline, chance } = this.broker.universe
    timeline.timer(chance.between(5, 300), () => this.deal())
  }

  private deal(): void {
    const { chance, notes, timeline } = this.broker.universe
    this.dealing = false
    this.generation++
    this.owners = new Map()
    const generation = this.generation
    for (const member of this.members) member.revoked(generation)
    if (this.members.some((m) => m.isHandling())) notes.sometimes(`rebalance with batches under way: ${this.topic}`)
    notes.step(`group ${this.topic}/${this.name} is dealt to ${this.members.map((m) => m.life.name).join(' ')}`)
    // A member that is slow to let go may be overtaken: a while later the new owner begins.
    timeline.timer(chance.between(10, 1500), () => {
      if (generation !== this.generation || this.members.length === 0) return
      const order = chance.shuffled(this.members)
      for (let p = 0; p < partitionsOf(this.topic); p++) this.owners.set(p, order[p % order.length] as Member)
      for (const member of this.members) {
        member.assigned(generation, [...this.owners].filter(([, owner]) => owner === member).map(([p]) => p)) // prettier-ignore
      }
    })
  }

  private watchSessions(): void {
    const { timeline, notes } = this.broker.universe
    timeline.timer(heartbeatMs, () => {
      const out = this.members.filter((m) => timeline.now() - m.lastHeardMs() > sessionMs)
      if (out.length > 0) {
        notes.sometimes('session ended', out.length)
        this.members = this.members.filter((m) => !out.includes(m))
        this.dealSoon()
      }
      this.watchSessions()
    })
  }

  has = (member: Member): boolean => this.members.includes(member)
}
