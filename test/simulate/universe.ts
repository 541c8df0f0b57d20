import type { Chance } from './chance'
import type { Life } from './life'
import type { Notes } from './notes'
import type { Outage, Plan } from './plan'
import type { Timeline } from './timeline'

/** What all simulated things share: time, chance, what goes wrong, and who is alive. */
export class Universe {
  /** What goes wrong now; healed, nothing does. */
  plan: Plan
  /** Deaths and freezes by process. */
  readonly ends: { readonly process: string; readonly kind: 'crash' | 'freeze'; readonly atMs: number; readonly at: string }[] = []
  /** Until when a process is left alone after a death or a freeze, epoch ms. */
  private readonly spared = new Map<string, number>()
  /** Called when a process has died, to start it again. */
  onDeath: (life: Life) => void = () => {}

  constructor(
    readonly timeline: Timeline,
    readonly chance: Chance,
    readonly notes: Notes,
    plan: Plan,
    readonly faultsFromMs: number,
  ) {
    this.plan = plan
  }

  isDown(what: Outage['what']): boolean {
    const second = (this.timeline.now() - this.faultsFromMs) / 1000
    return this.plan.outages.some((o) => o.what === what && o.from <= second && second < o.to)
  }

  /** Whether the process is dead (now, or since before). Chance may end or freeze it here. */
  mayEnd(life: Life, when: 'before' | 'after' | 'at the answer of', what: string): boolean {
    if (life.dead) return true
    if ((this.spared.get(life.process) ?? 0) > this.timeline.now()) return false
    if (this.plan.crash > 0 && this.chance.is(this.plan.crash)) this.crash(life, `${when} ${what}`)
    else if (this.plan.freeze > 0 && this.chance.is(this.plan.freeze)) this.freeze(life, `${when} ${what}`)
    return life.dead
  }

  crash(life: Life, at: string): void {
    life.dead = true
    this.spare(life.process)
    this.ends.push({ process: life.process, kind: 'crash', atMs: this.timeline.now(), at })
    this.notes.step(`${life.name} DIES ${at}`)
    this.notes.sometimes(`crash of ${life.process.replace(/-\d+$/, '')}`)
    this.notes.sometimes(`crash ${at.replace(/ × \d+$|\.(lindenau|seebach)/, '')}`)
    this.onDeath(life)
  }

  /** Mostly a while goes by until the next end, so that something is done in between; now and then it comes at once. */
  private spare(process: string): void {
    if (this.chance.is(0.8)) this.spared.set(process, this.timeline.now() + this.chance.between(5000, 60_000))
  }

  /** Up to a minute: longer than any lease or session lasts. */
  private freeze(life: Life, at: string): void {
    if (life.frozenUntil > this.timeline.now()) return
    const ms = this.chance.between(500, this.chance.is(0.5) ? 60_000 : 8000)
    life.frozenUntil = this.timeline.now() + ms
    life.thawedAt = life.frozenUntil
    this.spare(life.process)
    this.ends.push({ process: life.process, kind: 'freeze', atMs: this.timeline.now(), at })
    this.notes.step(`${life.name} FREEZES for ${Math.round(ms)} ms ${at}`)
    this.notes.sometimes(`freeze of ${life.process.replace(/-\d+$/, '')}`)
  }
}
