import type { Line } from '#domain/line'
import type { Network } from '#gtfs/network'
import type { Snapshots } from '#gtfs/snapshots'

/** The lines of the timetable; without one, what the feeds have shown so far, and for a line that only alerts name a stand-in. */
export class KnownLines {
  private known: ReadonlyMap<string, Line>

  constructor(private readonly network: Network | undefined) {
    this.known = byId(network?.lines ?? [])
  }

  refresh(feeds: Iterable<Snapshots>): void {
    this.known = byId([...feeds].flatMap((feed) => feed.lines()))
  }

  readonly find = (id: string): Line | undefined => this.known.get(id) ?? (this.network || !id ? undefined : standIn(id))
}

const byId = (lines: readonly Line[]): Map<string, Line> => new Map(lines.map((l) => [l.id, l]))

/** Without a timetable the id of a line is made of its route id, which is then all that riders could call it by. */
const standIn = (id: string): Line => ({
  operator: 'replay',
  id,
  name: id.replace(/^other-/, ''),
  mode: 'OTHER',
  color: '',
  textColor: '',
  routes: [],
  stops: [],
  directions: [],
  neighbours: [],
  hours: 0,
  timetable: '',
})
