import type { Pages } from '#store/ports'
import { recordBytes } from '#store/pageBytes'

/** Records of a rider that differ by their marks (byte 4). */
export function records(rider: number, marks: readonly number[]): Buffer {
  const bytes = Buffer.alloc(marks.length * recordBytes)
  marks.forEach((mark, i) => {
    bytes.writeUInt32LE(rider, i * recordBytes)
    bytes.writeUInt32LE(mark, i * recordBytes + 4)
  })
  return bytes
}

/** Everything in a scope, as `rider:mark`, sorted: the order of records means nothing. */
export async function contents(pages: Pages, scope: string): Promise<string[]> {
  return (await readPages(pages, scope)).flatMap(marksIn).sort()
}

export async function readPages(pages: Pages, scope: string): Promise<Buffer[]> {
  const numbers = Array.from({ length: await pages.count(scope) }, (_, page) => page)
  return Promise.all(numbers.map((page) => pages.read(scope, page)))
}

export const marksIn = (page: Buffer): string[] =>
  Array.from(
    { length: page.length / recordBytes },
    (_, i) => `${page.readUInt32LE(i * recordBytes)}:${page.readUInt32LE(i * recordBytes + 4)}`,
  )
