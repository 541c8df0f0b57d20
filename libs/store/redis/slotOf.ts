/** The slot of a key in a Redis Cluster: CRC16 (XMODEM) of what stands in its first braces, else of all of it, modulo 16,384 (cluster specification). */
export function slotOf(key: string): number {
  const from = key.indexOf('{')
  const to = key.indexOf('}', from + 1)
  return crc16(Buffer.from(from >= 0 && to > from + 1 ? key.slice(from + 1, to) : key)) % 16_384
}

function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc
}
