import { Inject, Injectable } from '@nestjs/common'
import type { Bus, Position } from '#bus/bus'
import { riders } from '#bus/topics'
import { erase, publish } from '#bus/typed'
import type { Language } from '#domain/operator'
import type { Clock, Random } from '#domain/ports'
import type { ChannelName, Rider } from '#domain/rider'
import type { Keys } from '#service/keys'
import { BUS, CLOCK, KEYS, RANDOM, STORE } from '#service/tokens'
import type { Store, StoredRider } from '#store/ports'
import { type EditLock, editLock, requireComplete } from './editLock'
import { type UnappliedEdits, unappliedEdits } from './unapplied'

/** How long a change may take to show. */
const waitMs = 2000
const lookEveryMs = 5

/** What a rider writes or is reached by. */
export interface ContactPoint {
  readonly operator: string
  readonly channel: ChannelName
  readonly address: string
}

/** A change of a rider's record: the same object changes nothing, undefined erases. */
export type Edit = (rider: Rider) => Rider | undefined

/**
 * The only writer of the topic `riders`. Changes of one rider run one after another, in all gateways (editLock.ts): read the applied record,
 * change it, publish it, wait until the matcher has applied it, so that the next page shows what was just changed, and the next change begins
 * with this one. While the matcher is away, what it has not applied yet is kept aside for that (unapplied.ts).
 */
@Injectable()
export class RiderDesk {
  private readonly oneByOne: EditLock
  private readonly unapplied: UnappliedEdits

  constructor(
    @Inject(BUS) private readonly bus: Bus,
    @Inject(STORE) private readonly store: Store,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(KEYS) private readonly keys: Keys,
    @Inject(RANDOM) random: Random,
  ) {
    this.oneByOne = editLock(store, clock, random)
    this.unapplied = unappliedEdits(store.state)
  }

  async find(operator: string, id: string): Promise<Rider | undefined> {
    return this.known(decoded(await this.store.riders.byId(operator, id)))
  }

  async findByNumber(operator: string, number: number): Promise<Rider | undefined> {
    return this.known(decoded((await this.store.riders.getMany(operator, [number]))[0]))
  }

  async findByAddress(at: ContactPoint): Promise<Rider | undefined> {
    return this.known(decoded(await this.store.riders.byAddress(at.operator, this.hashOf(at).toString('hex'))))
  }

  /** Throws STORE_INCOMPLETE where a rider is not found because the store has lost him. */
  private async known(found: Rider | undefined): Promise<Rider | undefined> {
    if (!found) await requireComplete(this.store.state, this.clock)
    return found
  }

  /** As it was written last, applied or not. */
  private async newest(operator: string, id: string): Promise<Rider | undefined> {
    const applied = await this.store.riders.byId(operator, id)
    return this.known(await this.unapplied.newest(operator, id, applied))
  }

  /** Changes a rider that exists; undefined: there is none (any more). */
  async change(operator: string, id: string, edit: Edit): Promise<Rider | undefined> {
    return this.oneByOne(operator, id, async (check) => {
      const before = await this.newest(operator, id)
      return before && this.write(before, edit(before), check)
    })
  }

  /** Changes the rider of an address; one that is not known yet becomes a rider, confirmed, without subscriptions. */
  async changeAt(at: ContactPoint, language: Language, edit: Edit): Promise<Rider | undefined> {
    const id = (await this.findByAddress(at))?.id ?? this.idOf(at)
    return this.oneByOne(at.operator, id, async (check) => {
      const before = await this.newest(at.operator, id)
      if (before) return this.write(before, edit(before), check)
      const fresh = await this.fresh(at, id, language)
      const after = edit(fresh)
      return after && this.write(fresh, after, check, true)
    })
  }

  /** The address in clear, for the rider's own eyes. */
  addressOf(rider: Rider): ContactPoint | undefined {
    const [address] = rider.addresses
    if (!address) return undefined
    return { operator: rider.operator, channel: address.channel, address: this.keys.open(rider.operator, rider.id, address.sealed) }
  }

  private async write(before: Rider, after: Rider | undefined, check: () => Promise<void>, isNew = false): Promise<Rider | undefined> {
    if (after === before && !isNew) return before
    await check()
    const position = after ? (await publish(this.bus, riders, [after]))[0] : await erase(this.bus, riders, before)
    if (!after) await this.store.state.putMany([{ key: numberKey(before.operator, before.id), value: undefined }])
    if (await this.isApplied(before, position as Position, after === undefined)) {
      if (!after) await this.unapplied.forget(before)
    } else await this.unapplied.keep(before, (position as Position).position, after, this.clock.now())
    return after
  }

  /** False after two seconds: the change is durable and will be applied. */
  private async isApplied({ operator, id }: Rider, { position }: Position, erased: boolean): Promise<boolean> {
    const giveUpAt = this.clock.elapsed() + waitMs
    while (this.clock.elapsed() < giveUpAt) {
      const now = await this.store.riders.byId(operator, id)
      if (erased ? now === undefined : now !== undefined && now.position >= position) return true
      await this.clock.sleep(lookEveryMs)
    }
    return false
  }

  private async fresh(at: ContactPoint, id: string, language: Language): Promise<Rider> {
    const { operator, channel } = at
    const sealed = this.keys.seal(operator, id, at.address)
    return {
      operator,
      id,
      number: await this.numberOf(operator, id),
      language,
      addresses: [{ channel, sealed, hash: this.hashOf(at), confirmed: true, stopped: false }],
      subscriptions: [],
      consents: [],
      pausedUntil: 0,
      createdAt: Math.floor(this.clock.now() / 1000),
    }
  }

  /**
   * The same number when a first contact is repeated because nobody knows whether it was written: with another one the rider would be another to
   * those who keep account of who was told.
   */
  private async numberOf(operator: string, id: string): Promise<number> {
    const number = String(await this.store.riders.allocate(operator))
    const first = await this.store.state.putIfAbsent(numberKey(operator, id), Buffer.from(number), this.clock.now() + numberKeptMs)
    return Number(first.toString())
  }

  private hashOf = (at: ContactPoint) => this.keys.hash(at.operator, at.channel, at.address)
  /** Derived from the address, so that two first messages at once make one rider. */
  private idOf = (at: ContactPoint) => `r${this.hashOf(at).toString('hex').slice(0, 24)}`
}

const numberKey = (operator: string, id: string): string => `gateway/number/${operator}/${id}`
const numberKeptMs = 24 * 3_600_000

const decoded = (stored: StoredRider | undefined) => stored && riders.codec.decode(stored.record)
