import { IntColumn } from './columns'
import { Interner } from './interner'

/** Trips that share a text of trips.txt (block_id, realtime_trip_id), found by the text or by one of them. 12 bytes a trip, none where the column is missing. */
export class TripGroups {
  private readonly texts = new Interner()
  private readonly groups = new IntColumn()
  private heads = new Int32Array(0)
  private nexts = new Int32Array(0)

  /** To be called for each trip in turn; an empty text is no group. */
  push(bytes: Uint8Array, start: number, end: number): void {
    this.groups.push(end > start ? this.texts.add(bytes, start, end) : -1)
  }

  /** To be called once all trips are in. */
  seal(): void {
    this.heads = new Int32Array(this.texts.size).fill(-1)
    this.nexts = new Int32Array(this.groups.length).fill(-1)
    for (let trip = this.groups.length - 1; trip >= 0; trip--) {
      const group = this.groups.at(trip)
      if (group < 0) continue
      this.nexts[trip] = this.heads[group] as number
      this.heads[group] = trip
    }
  }

  /** Trip indexes; none when nobody has this text. */
  named(text: string): number[] {
    return this.members(text ? this.texts.findText(text) : -1)
  }

  /** The trips of a trip's group, itself too; none when it has none. */
  around(trip: number): number[] {
    return this.members(trip < this.groups.length ? this.groups.at(trip) : -1)
  }

  private members(group: number): number[] {
    const trips: number[] = []
    for (let trip = group < 0 ? -1 : (this.heads[group] as number); trip >= 0; trip = this.nexts[trip] as number) trips.push(trip)
    return trips
  }
}
