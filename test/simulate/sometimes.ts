const stages = ['ingest', 'detect', 'match', 'send', 'gateway'] as const

/** Paths that a run of many seeds has to have taken: what is never reached is not tested. */
const wanted: readonly (string | RegExp)[] = [
  ...stages.map((stage) => `crash of ${stage}`),
  ...['ingest', 'detect', 'match', 'send'].map((stage) => `freeze of ${stage}`),
  // Between any two steps; these are the ones that write.
  ...['bus.append observations', 'bus.append disruptions', 'bus.append riders', 'bus.append dispatch.telegram', 'commit of observations', 'commit of dispatch.telegram', 'store.cohorts.open', 'store.cohorts.writeChunks', 'store.cohorts.setDue', 'store.state.putMany', 'store.riders.put', 'store.pages.put', 'net telegram'].map((step) => new RegExp(`^crash .*${step}`)), // prettier-ignore
  'a claimed slot is found after a crash',
  'a fenced writer is refused',
  'torn write: store.state.putMany',
  'lost answer of the store',
  'lost answer of the bus',
  'append repeated',
  'batch comes again: observations',
  'batch comes again: disruptions',
  'batch comes again: riders',
  'batch comes again: dispatch.telegram',
  'commit lost',
  'commit delayed',
  'commit of a former owner refused',
  'commit of a former owner taken',
  'position went back',
  'session ended',
  'rebalance with batches under way: dispatch.telegram',
  'rebalance with batches under way: disruptions',
  'quarantined: observations',
  'quarantined: riders',
  'quarantined: dispatch.telegram',
  ...['error page', 'error page with 200', 'cut at an entity', 'cut in an entity', 'empty', 'shrunk', 'an older one', 'an hour ahead', 'doubled', 'no answer'].map((d) => `feed: ${d}`), // prettier-ignore
  'late trips vanish from the feed',
  ...['down', 'floods', 'hangs', 'takes and resets', 'refuses it', 'address is gone'].map((t) => `messenger: ${t}`),
  'dismissed by staff',
  'a copy',
  'slot SENT',
  'slot EXPIRED ENDED',
  'slot SUPERSEDED CLOSED_BEFORE_TOLD',
  'slot SUPPRESSED WITHDRAWN',
  'slot SUPPRESSED STOPPED',
  'slot SUPPRESSED ERASED',
  'slot FAILED GONE',
  'slot FAILED REJECTED',
  'slot FAILED UNKNOWN_OUTCOME',
]

/** With fewer seeds, chance may well leave something out. */
export const judgedFrom = 200

export const neverReached = (reached: ReadonlyMap<string, number>): string[] =>
  wanted.filter((path) => (typeof path === 'string' ? !reached.has(path) : ![...reached.keys()].some((r) => path.test(r)))).map(String)
