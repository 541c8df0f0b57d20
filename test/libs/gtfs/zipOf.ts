import { crc32, deflateRawSync } from 'node:zlib'

interface Lie {
  /** Claimed instead of the true size. */
  readonly size?: number
  /** Unix mode, for links. */
  readonly mode?: number
}

/** A zip with these files, deflated, as any tool would write it; `lies` are told about single files. */
export function zipOf(files: Readonly<Record<string, string | Buffer>>, lies: Readonly<Record<string, Lie>> = {}): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const common = commonFields(bytes, packed, name, lies[name]?.size ?? bytes.length)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE((lies[name]?.mode ?? 0o100644) * 65_536, 6)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, tail, Buffer.from(name))
    parts.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(Object.keys(files).length, 8)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, central, end])
}

/** Version needed … extra length: the 26 bytes that local header and directory share. */
function commonFields(bytes: Buffer, packed: Buffer, name: string, size: number): Buffer {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(8, 4)
  fields.writeUInt32LE(crc32(bytes), 10)
  fields.writeUInt32LE(packed.length, 14)
  fields.writeUInt32LE(size, 18)
  fields.writeUInt16LE(Buffer.byteLength(name), 22)
  return fields
}
