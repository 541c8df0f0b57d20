import { partitionOf } from '#domain/partitionOf'

const bits = 2 ** 27

/**
 * Texts that have been seen, in 16 MB however many they are. It may say that it has seen what it has not (one in a hundred among a million),
 * never the other way round.
 */
export class Seen {
  private readonly words = new Uint32Array(bits / 32)

  /** False: it is certainly new. */
  add(text: string): boolean {
    const bit = partitionOf(text, bits)
    const word = this.words[bit >>> 5] as number
    const mask = 1 << (bit & 31)
    this.words[bit >>> 5] = word | mask
    return (word & mask) !== 0
  }
}
