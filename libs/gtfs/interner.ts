/**
 * Texts as small dense numbers: each distinct byte sequence once, found by its bytes so that no string is made for what is known already.
 * Open addressing over FNV-1a; the bytes stand in one pool. Used for ids, which would otherwise be the bulk of a timetable's memory.
 */
export class Interner {
  private slots = new Int32Array(256).fill(-1)
  private pool = Buffer.allocUnsafe(4096)
  private ends = new Uint32Array(128)
  private count = 0

  get size(): number {
    return this.count
  }

  /** The number of these bytes, given to them now if they are new. */
  add(bytes: Uint8Array, start = 0, end = bytes.length): number {
    const slot = this.slotOf(bytes, start, end)
    const known = this.slots[slot] as number
    return known >= 0 ? known : this.insert(slot, bytes, start, end)
  }

  /** -1 when they were never added. */
  find(bytes: Uint8Array, start = 0, end = bytes.length): number {
    return this.slots[this.slotOf(bytes, start, end)] as number
  }

  findText(text: string): number {
    return this.find(Buffer.from(text))
  }

  addText(text: string): number {
    return this.add(Buffer.from(text))
  }

  text(index: number): string {
    return this.pool.toString('utf8', this.startOf(index), this.ends[index])
  }

  private startOf(index: number): number {
    return index === 0 ? 0 : (this.ends[index - 1] as number)
  }

  private slotOf(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.slots.length - 1
    let slot = hash(bytes, start, end) & mask
    for (let at = this.slots[slot] as number; at >= 0; at = this.slots[slot] as number) {
      if (this.is(at, bytes, start, end)) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }

  /** Whether the text of this number has these bytes. */
  is(index: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.startOf(index)
    if ((this.ends[index] as number) - from !== end - start) return false
    for (let i = start, j = from; i < end; i++, j++) if (bytes[i] !== this.pool[j]) return false
    return true
  }

  private insert(slot: number, bytes: Uint8Array, start: number, end: number): number {
    const from = this.count === 0 ? 0 : (this.ends[this.count - 1] as number)
    this.reserve(from + end - start)
    for (let i = start, j = from; i < end; i++, j++) this.pool[j] = bytes[i] as number
    this.ends[this.count] = from + end - start
    this.slots[slot] = this.count++
    if (this.count * 2 > this.slots.length) this.rehash()
    return this.count - 1
  }

  private reserve(bytes: number): void {
    if (bytes > this.pool.length) this.pool = Buffer.concat([this.pool], Math.max(bytes, this.pool.length * 2))
    if (this.count < this.ends.length) return
    const ends = new Uint32Array(this.ends.length * 2)
    ends.set(this.ends)
    this.ends = ends
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1)
    for (let index = 0; index < this.count; index++) {
      this.slots[this.slotOf(this.pool, this.startOf(index), this.ends[index] as number)] = index
    }
  }
}

function hash(bytes: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5
  for (let i = start; i < end; i++) h = Math.imul(h ^ (bytes[i] as number), 0x01000193)
  return (h ^ (h >>> 15)) >>> 0
}
