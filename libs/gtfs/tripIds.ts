/**
 * How the trip ids of one feed become those of the timetable. Set for a feed by its operator, never guessed: a wrong guess joins a trip to
 * another one's times. Applied in this order.
 */
export interface TripIdRule {
  /** Cut from the first occurrence on: `#` makes `123#bus7` to `123`. */
  readonly cutAt?: string
  /** Removed from the start where present: `1_` makes `1_123` to `123`. */
  readonly stripPrefix?: string
  /** Put in front: the timetable prefixes its ids, the feed does not. */
  readonly addPrefix?: string
  /** Ids are those of New York's subway, `081850_2..S08R`: not the timetable's, but they tell route, direction and departure at the origin. */
  readonly nyct?: boolean
}

/** The timetable's id of a feed's trip id. */
export function timetableTripId(rule: TripIdRule | undefined, id: string): string {
  if (!rule) return id
  const at = rule.cutAt ? id.indexOf(rule.cutAt) : -1
  const cut = at < 0 ? id : id.slice(0, at)
  const bare = rule.stripPrefix && cut.startsWith(rule.stripPrefix) ? cut.slice(rule.stripPrefix.length) : cut
  return (rule.addPrefix ?? '') + bare
}

export interface Origin {
  readonly routeId: string
  readonly direction: number
  /** Seconds after the service day's time zero. */
  readonly startTime: number
}

/** What an id of New York's subway says: hundredths of minutes after midnight, route, N or S. undefined: it is none. */
export function nyctOrigin(id: string): Origin | undefined {
  const match = /^(\d{6})_([A-Z0-9]{1,3})\.{1,2}([NS])/.exec(id)
  if (!match) return undefined
  return { routeId: match[2] as string, direction: match[3] === 'N' ? 0 : 1, startTime: Math.round(Number(match[1]) * 0.6) }
}
