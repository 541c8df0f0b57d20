import { crc32, deflateRawSync } from 'node:zlib'

/** 1980-01-01 00:00, the earliest date that the format knows: the same content gives the same bytes. */
const dosDate = 0x21
const utf8Names = 0x0800
const deflated = 8

/** A ZIP archive (APPNOTE 6.3.3: local headers, central directory, its end) of a few text files below 4 GB. */
export function zipOf(files: ReadonlyMap<string, string>): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const [name, text] of files) {
    const content = Buffer.from(text)
    const packed = deflateRawSync(content, { level: 6 })
    const fields = fieldsOf(Buffer.byteLength(name), crc32(content), packed.length, content.length)
    const local = Buffer.concat([u32(0x04034b50), fields, Buffer.from(name), packed])
    centrals.push(Buffer.concat([u32(0x02014b50), u16(20), fields, Buffer.alloc(10), u32(offset), Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.concat([u32(0x06054b50), u32(0), u16(files.size), u16(files.size), u32(directory.length), u32(offset), u16(0)])
  return Buffer.concat([...locals, directory, end])
}

/** What a local header and a central one have in common: from "version needed" to the length of the extra field. */
function fieldsOf(nameLength: number, crc: number, packed: number, size: number): Buffer {
  return Buffer.concat([
    u16(20),
    u16(utf8Names),
    u16(deflated),
    u16(0),
    u16(dosDate),
    u32(crc),
    u32(packed),
    u32(size),
    u16(nameLength),
    u16(0),
  ])
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
