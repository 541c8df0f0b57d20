import type { Frame } from '#domain/frame'
import type { Line } from '#domain/line'
import type { Tally } from './counts'
import { type LineChange, type Placed, byLine, compareRuns, keySlot, runsOf } from './frames'
import { KnockOns } from './knockOn'
import type { LineBook } from './lineBook'
import type { TripState } from './tripState'

type Stamp = Pick<Frame, 'operator' | 'feed' | 'epoch' | 'seq' | 'feedTime'>

/** The runs that a feed has told so far, and what the next snapshot changes about them, as one frame a line. */
export class LineFrames {
  private runs: ReadonlyMap<string, Placed> = new Map()
  private readonly knockOns = new KnockOns()
  private readonly slots = new Map<number, number>()
  private readonly shown: Set<string>

  /** `shown`: lines that the feed has shown trips of before. */
  constructor(shown: readonly string[]) {
    this.shown = new Set(shown)
  }

  /** Ids of the lines that the feed has shown trips of. */
  shownLines(): readonly string[] {
    return [...this.shown]
  }

  /** Whole lines come again, as key frames. */
  afresh(): void {
    this.slots.clear()
  }

  /** Line indexes mean other lines now. */
  forget(): void {
    this.runs = new Map()
    this.knockOns.clear()
    this.afresh()
  }

  next(book: LineBook, states: () => Iterable<TripState>, stamp: Stamp, tally: Tally): Frame[] {
    const now = runsOf(states(), () => {
      tally.nextTrip()
      tally.warn('DUPLICATE_TRIP')
    })
    for (const run of this.knockOns.of(book.network, now, states())) if (!now.has(run.trip.key)) now.set(run.trip.key, run)
    const changes = compareRuns(this.runs, now)
    this.runs = now
    tally.numbers.changed = [...changes.values()].reduce((sum, change) => sum + change.changed.length, 0)
    tally.numbers.gone = [...changes.values()].reduce((sum, change) => sum + change.gone.length, 0)
    const lines = byLine(now.values())
    return book.refs().flatMap((ref, index) => this.frame(ref, index, lines.get(index) ?? [], changes.get(index), stamp))
  }

  /** Only of lines that this feed shows or has shown: an empty frame says that a line has no trips, which another feed may know better. */
  private frame(
    { id, timetable }: Pick<Line, 'id' | 'timetable'>,
    index: number,
    present: Frame['changed'],
    change: LineChange | undefined,
    stamp: Stamp,
  ): Frame[] {
    const slot = keySlot(index, stamp.feedTime)
    const key = this.slots.get(index) !== slot
    if (present.length > 0) this.shown.add(id)
    if ((!key && !change) || !this.shown.has(id)) return []
    this.slots.set(index, slot)
    const changed = key ? present : (change?.changed ?? [])
    return [{ ...stamp, line: id, timetable, key, present: present.length, changed, gone: change?.gone ?? [] }]
  }
}
