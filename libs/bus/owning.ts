import type { Owns } from './bus'

export interface Owning {
  /** What the member owns from now on. */
  now(partitions: readonly number[]): void
  /** It owns nothing any more, and `owns` is never called again. */
  end(): void
}

/** Calls a member's `owns` only when its partitions are others than it was told last; at first it has none. */
export function owningOf(owns: Owns = () => {}): Owning {
  let told: readonly number[] = []
  let ended = false
  const now = (partitions: readonly number[]) => {
    const sorted = partitions.toSorted((a, b) => a - b)
    if (ended || sorted.join() === told.join()) return
    told = sorted
    owns(sorted)
  }
  const end = () => {
    now([])
    ended = true
  }
  return { now, end }
}
