import { allLine, replaced, stopped, subscribed } from '#apps/gateway/riders/edits'
import { observations } from '#bus/topics'
import { publish } from '#bus/typed'
import { webhookAddress } from '#channels/webhookAddress'
import { lineScope } from '#domain/disruption'
import type { Notice } from '#domain/observation'
import type { ChannelName, Rider } from '#domain/rider'
import type { ContactPoint, Edit } from '#apps/gateway/riders/riderDesk'
import type { Chance } from './chance'
import type { Processes } from './processes'
import type { Gateway } from './stages'
import { noon, operatorIds, townLines } from './town'
import { schedule } from './truth'
import type { Universe } from './universe'

/** Somebody outside: what they want is done again until it has been done. */
export interface Person {
  readonly operator: string
  readonly channel: ChannelName
  /** As our keys seal it. */
  readonly address: string
  /** As the messenger knows it. */
  readonly name: string
}

export interface IssuedNotice {
  readonly operator: string
  readonly id: string
  readonly line: string
  /** Epoch seconds; when staff cleared it, undefined: never. */
  readonly clearedAt: number | undefined
}

const patienceMs = 10_000

/** Riders who come, change their mind and go, and staff who issue notices: all by the gateway, all times by chance. */
export class People {
  readonly persons: Person[] = []
  readonly notices: IssuedNotice[] = []
  /** Detected disruptions that staff dismissed: `operator/id`. */
  readonly dismissed = new Set<string>()
  readonly pending = new Set<string>()
  private readonly chance: Chance
  private readonly lasts = new Map<Person, Promise<void>>()

  constructor(
    private readonly universe: Universe,
    private readonly processes: Processes,
    /** Ids of detected disruptions that are open and told. */
    private readonly openOf: (operator: string) => string[],
    private readonly goneFrom: (address: string) => void,
  ) {
    this.chance = universe.chance.of('people')
  }

  begin(): void {
    for (const operator of operatorIds) {
      this.riders(operator)
      this.staff(operator)
    }
  }

  private riders(operator: string): void {
    const { chance } = this
    const first = operatorIds.indexOf(operator as (typeof operatorIds)[number]) * 1000 + 1000
    const count = chance.whole(4, 7)
    for (let i = 0; i < count; i++) {
      const person = personOf(operator, first + i, chance.is(0.7) ? 'TELEGRAM' : 'WEBHOOK')
      this.persons.push(person)
      const isLate = i >= count - 2
      this.subscribeAt(person, isLate ? between(chance, noon + 60, schedule.healed) : noon + 5 + i * 5, linesBy(chance))
      if (i === 0 && chance.is(0.7)) this.changeAt(person, duringFaults(chance), 'stops', (rider, at) => stopped(rider, at, 'chat'))
      if (i === 1 && chance.is(0.5)) {
        const lines = linesBy(chance)
        this.changeAt(person, duringFaults(chance), `has only ${lines.join()}`, (rider) => replaced(rider, lines.map((l) => allLine(l, person.channel)))) // prettier-ignore
      }
      if (i === 2 && chance.is(0.3)) this.changeAt(person, duringFaults(chance), 'erases', () => undefined)
      if (i === 3 && chance.is(0.3)) this.at(duringFaults(chance), () => this.goneFrom(person.name))
    }
  }

  private staff(operator: string): void {
    const { chance } = this
    for (let i = chance.whole(0, 2); i >= 0; i--) this.issue(operator, i)
    if (chance.is(0.4)) this.at(duringFaults(chance), () => this.dismissOne(operator))
  }

  private issue(operator: string, number: number): void {
    const { chance } = this
    const id = `notice-${number}`
    const line = chance.pick(townLines).id
    const at = Math.floor(number === 0 ? between(chance, noon + 90, schedule.calm - 200) : duringFaults(chance))
    const ends = chance.is(0.5)
    const until = ends ? at + chance.whole(40, 240) : 0
    const publishAt = chance.is(0.2) ? at + chance.whole(10, 60) : 0
    const act = (act: Notice['act'], more: Partial<Notice> = {}): Notice => ({
      operator, id: `${act}-${id}-${more.until ?? 0}`, disruption: id, act, at, author: 'desk', scopes: [lineScope(line)], effect: 'OTHER_EFFECT', cause: 'OTHER_CAUSE',
      severity: 'WARNING', until, publishAt, texts: [{ language: '', text: `Notice ${number}` }], ...more,
    }) // prettier-ignore
    this.notify(at, act('ISSUE'))
    const clearedAt = Math.floor(Math.min(schedule.calm, at + between(chance, 60, 400)))
    if (chance.is(0.3))
      this.notify(at + 20, act('UPDATE', { at: at + 20, severity: 'SEVERE', until: ends ? until + chance.whole(-15, 60) : 0 }))
    const cleared = !ends || chance.is(0.2)
    if (cleared) this.notify(clearedAt, act('CLEAR', { at: clearedAt }))
    this.notices.push({ operator, id, line, clearedAt: cleared ? clearedAt : undefined })
  }

  private notify(at: number, notice: Notice): void {
    this.at(at, () => {
      this.universe.notes.step(`staff: ${notice.act} ${notice.operator}/${notice.disruption} until ${notice.until}`)
      void this.untilDone(`${notice.operator}/${notice.id}`, ({ parts }) => publish(parts.bus, observations, [{ kind: 'notice', notice }]))
    })
  }

  private dismissOne(operator: string): void {
    const [disruption] = this.openOf(operator)
    if (disruption === undefined) return
    const at = Math.floor(this.universe.timeline.now() / 1000)
    this.dismissed.add(`${operator}/${disruption}`)
    this.universe.notes.sometimes('dismissed by staff')
    this.notify(at, {
      operator, id: `dismiss-${disruption}`, disruption, act: 'DISMISS', at, author: 'desk', scopes: [], effect: 'UNKNOWN_EFFECT', cause: 'UNKNOWN_CAUSE',
      severity: 'WARNING', until: 0, publishAt: 0, texts: [],
    }) // prettier-ignore
  }

  private subscribeAt(person: Person, at: number, lines: readonly string[]): void {
    const point: ContactPoint = person
    this.at(at, () => {
      const added = lines.map((l) => allLine(l, person.channel))
      const edit: Edit = (rider) => subscribed(rider, added, Math.floor(at), 'chat')
      this.universe.notes.step(`rider ${person.name} subscribes ${lines.join()}`)
      void this.afterLast(person, `${person.name} subscribes`, ({ desk }) => desk.changeAt(point, 'de', edit))
    })
  }

  private changeAt(person: Person, at: number, what: string, edit: (rider: Rider, at: number) => Rider | undefined): void {
    this.at(at, () => {
      this.universe.notes.step(`rider ${person.name} ${what}`)
      void this.afterLast(person, `${person.name} ${what}`, async ({ desk }) => {
        const rider = await desk.findByAddress(person)
        if (rider) await desk.change(rider.operator, rider.id, (r) => edit(r, Math.floor(at)))
      })
    })
  }

  private at(second: number, call: () => void): void {
    this.universe.timeline.timer(second * 1000 - this.universe.timeline.now(), call)
  }

  /** Nobody wants the next thing before they have got the last one. */
  private afterLast(person: Person, name: string, act: (gateway: Gateway) => Promise<unknown>): Promise<void> {
    const mine = (this.lasts.get(person) ?? Promise.resolve()).then(() => this.untilDone(name, act))
    this.lasts.set(person, mine)
    return mine
  }

  private async untilDone(name: string, act: (gateway: Gateway) => Promise<unknown>): Promise<void> {
    const { timeline, chance } = this.universe
    this.pending.add(name)
    for (;;) {
      const { gateway } = this.processes
      const done = gateway ? act(gateway).then(() => true, () => false) : Promise.resolve(false) // prettier-ignore
      if (await Promise.race([done, timeline.sleep(patienceMs).then(() => false)])) break
      await timeline.sleep(chance.between(500, 4000))
    }
    this.pending.delete(name)
  }
}

const between = (chance: Chance, from: number, to: number): number => chance.between(from, to)
const duringFaults = (chance: Chance): number => chance.between(noon + 90, schedule.healed - 60)
const linesBy = (chance: Chance): string[] => (chance.is(0.3) ? townLines.map((l) => l.id) : [chance.pick(townLines).id])

function personOf(operator: string, number: number, channel: ChannelName): Person {
  if (channel === 'TELEGRAM') return { operator, channel, address: String(number), name: String(number) }
  const url = `http://riders.${operator}/${number}`
  return {
    operator,
    channel,
    address: webhookAddress({ url, secret: `whsec_${Buffer.alloc(24, number % 256).toString('base64')}` }),
    name: url,
  }
}
