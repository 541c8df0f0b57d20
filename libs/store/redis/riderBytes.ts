import { addressKey } from '../addressKey'
import type { RiderPut, StoredRider } from '../ports'
import { addressBytes, positionBytes } from './ridersLua'

/** Big endian, so that its bytes sort as it does. Throws a RangeError outside 0 … 2⁶⁴ − 1. */
export function positionAs8(position: bigint): Buffer {
  const bytes = Buffer.alloc(positionBytes)
  bytes.writeBigUInt64BE(position)
  return bytes
}

export const addressAs16 = (hash: string): Buffer => {
  const key = Buffer.from(addressKey(hash), 'hex')
  return Buffer.concat([key, Buffer.alloc(addressBytes - key.length)])
}

/** The value of ridersLua.ts. Throws a RangeError for more than 255 addresses. */
export function riderValue({ position, hashes, record }: RiderPut): Buffer {
  if (hashes.length > 255) throw new RangeError(`rider: ${hashes.length} addresses`)
  return Buffer.concat([positionAs8(position), Buffer.of(hashes.length), ...hashes.map(addressAs16), record])
}

export function storedRider(number: number, value: Buffer): StoredRider {
  const recordAt = positionBytes + 1 + value.readUInt8(positionBytes) * addressBytes
  return { number, position: value.readBigUInt64BE(0), record: value.subarray(recordAt) }
}
