/**
 * The stops of one trip in a frame, 12 bytes each, little endian, in riding order:
 *   0 stop u16 (index into the line's stops) | 2 flags u8 | 3 spare u8
 *   4 scheduled u32 (epoch seconds: departure, at the last stop arrival; 0 unknown) | 8 delay i32 (seconds: departure, else arrival)
 */
export const packedStopBytes = 12

export const stopFlag = { skipped: 1, noData: 2, hasDelay: 4 } as const

export interface PackedStop {
  readonly stop: number
  readonly flags: number
  readonly scheduled: number
  /** Seconds; meaningful only with `hasDelay`. */
  readonly delay: number
}

export function packStops(stops: readonly PackedStop[]): Uint8Array {
  const bytes = Buffer.alloc(stops.length * packedStopBytes)
  stops.forEach((s, i) => {
    const at = i * packedStopBytes
    bytes.writeUInt16LE(s.stop, at)
    bytes.writeUInt8(s.flags, at + 2)
    bytes.writeUInt32LE(s.scheduled, at + 4)
    bytes.writeInt32LE(s.delay, at + 8)
  })
  return bytes
}

/** Packs one stop after another without an object a stop; used again for the next trip. */
export class StopPacker {
  private bytes = new Uint8Array(64 * packedStopBytes)
  private view = new DataView(this.bytes.buffer)
  private at = 0

  push(stop: number, flags: number, scheduled: number, delay: number): void {
    const { at } = this
    if (at + packedStopBytes > this.bytes.length) this.grow()
    this.view.setUint16(at, stop, true)
    this.view.setUint16(at + 2, flags, true)
    this.view.setUint32(at + 4, scheduled, true)
    this.view.setInt32(at + 8, delay, true)
    this.at = at + packedStopBytes
  }

  /** A copy of what was pushed; begins anew. */
  take(): Uint8Array {
    const packed = this.bytes.slice(0, this.at)
    this.at = 0
    return packed
  }

  private grow(): void {
    const grown = new Uint8Array(this.bytes.length * 2)
    grown.set(this.bytes)
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }
}

export function unpackStops(bytes: Uint8Array): PackedStop[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: Math.floor(bytes.byteLength / packedStopBytes) }, (_, i) => {
    const at = i * packedStopBytes
    return {
      stop: view.getUint16(at, true),
      flags: view.getUint8(at + 2),
      scheduled: view.getUint32(at + 4, true),
      delay: view.getInt32(at + 8, true),
    }
  })
}
