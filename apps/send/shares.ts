/**
 * Smooth weighted round robin: each pick goes to the key that is owed most. A key with half of the weight gets every second pick, none that is
 * offered ever starves, and what nobody asks for goes to the others.
 */
export class Shares<K> {
  private readonly owed = new Map<K, number>()

  constructor(private readonly weight: (key: K) => number) {}

  /** One of the keys offered (at least one). */
  pick(offered: readonly K[]): K {
    let best = offered[0] as K
    let total = 0
    for (const key of offered) {
      total += this.weight(key)
      this.owed.set(key, (this.owed.get(key) ?? 0) + this.weight(key))
      if ((this.owed.get(key) ?? 0) > (this.owed.get(best) ?? 0)) best = key
    }
    this.owed.set(best, (this.owed.get(best) ?? 0) - total)
    return best
  }
}

/** Reserved for each severity while it has work: severe at least half, none ever nothing. */
export const severityWeights: readonly number[] = [15, 30, 55]
