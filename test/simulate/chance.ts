import type { Random } from '#domain/ports'
import { seededRandom } from '#service/randoms'

/** Everything that is decided in a simulation: one stream of numbers a seed and purpose. */
export class Chance {
  readonly random: Random

  constructor(private readonly seed: string) {
    this.random = seededRandom(seed)
  }

  /** An independent stream: what is decided elsewhere does not move it. */
  of = (purpose: string): Chance => new Chance(`${this.seed}/${purpose}`)

  is = (probability: number): boolean => this.random.next() < probability
  between = (low: number, high: number): number => low + this.random.next() * (high - low)
  whole = (low: number, high: number): number => Math.floor(this.between(low, high + 1))
  pick = <T>(list: readonly T[]): T => list[Math.floor(this.random.next() * list.length)] as T

  shuffled<T>(list: readonly T[]): T[] {
    const keyed = list.map((value) => ({ value, key: this.random.next() }))
    return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value)
  }

  /** Mostly short, now and then long: how replies come in. */
  latency(typicalMs: number): number {
    const slow = this.is(0.01) ? this.between(20, 400) : 1
    return Math.min(typicalMs * slow * (0.2 + this.random.next() * 1.8), 2 * typicalMs + 1000)
  }
}
