/** Which vehicle runs which trip, by the vehicle positions of an operator's feeds; shared by them. */
export class Vehicles {
  private byFeed = new Map<string, ReadonlyMap<string, string>>()

  /** Replaces what a feed says: vehicle id by trip key. */
  replace(feed: string, byTrip: ReadonlyMap<string, string>): void {
    this.byFeed.set(feed, byTrip)
  }

  /** What a feed said last. */
  by(feed: string): ReadonlyMap<string, string> {
    return this.byFeed.get(feed) ?? new Map()
  }

  /** The vehicle of a trip, or empty. */
  of(tripKey: string): string {
    for (const byTrip of this.byFeed.values()) {
      const vehicle = byTrip.get(tripKey)
      if (vehicle) return vehicle
    }
    return ''
  }
}
