/** A set of riders of one operator as a bitset: their numbers are dense. */
export class RiderSet {
  private words = new Uint32Array(1024)
  size = 0

  has(rider: number): boolean {
    const word = this.words[rider >>> 5]
    return word !== undefined && (word & (1 << (rider & 31))) !== 0
  }

  /** False: it was in already. */
  add(rider: number): boolean {
    const at = rider >>> 5
    if (at >= this.words.length) this.grow(at)
    const word = this.words[at] as number
    const bit = 1 << (rider & 31)
    if ((word & bit) !== 0) return false
    this.words[at] = word | bit
    this.size++
    return true
  }

  copy(): RiderSet {
    const copy = new RiderSet()
    copy.words = this.words.slice()
    copy.size = this.size
    return copy
  }

  private grow(at: number): void {
    const words = new Uint32Array(Math.max(at + 1, this.words.length * 2))
    words.set(this.words)
    this.words = words
  }
}
