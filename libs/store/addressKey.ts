/** 128 bits of the HMAC are plenty to tell addresses apart, and half the room in the look-up. */
const keyDigits = 32

/** What an address is looked up by. Throws a RangeError unless the hash is hex (HMAC-SHA256: 64 digits). */
export function addressKey(hash: string): string {
  if (!/^([0-9a-f]{2})+$/.test(hash)) throw new RangeError(`hash: not lower-case hex: ${hash.slice(0, 12)}`)
  return hash.slice(0, keyDigits)
}
