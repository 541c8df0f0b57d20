import * as fc from 'fast-check'
import { chunkRecords, recordsIn, replaceIn } from '#store/pageBytes'
import { chunksOf, withChunks } from '#store/pageIndex'
import { marksIn, records } from './records'

const of = (rider: number, marks: string[]) => marks.filter((mark) => mark.startsWith(`${rider}:`))
const others = (rider: number, marks: string[]) => marks.filter((mark) => !mark.startsWith(`${rider}:`)).sort()
const owner = fc.nat(3)

test('law: replacing changes this rider alone, keeps what has room, and hands back the rest', () => {
  const scattered = fc.array(owner, { maxLength: chunkRecords, size: 'max' })
  const fresh = fc.array(fc.nat(99), { maxLength: 300, size: 'max' })
  fc.assert(
    fc.property(scattered, owner, fc.oneof(fresh, fc.array(fc.nat(99), { maxLength: 3 })), (owners, rider, marks) => {
      const chunk = Buffer.concat(owners.map((each, i) => records(each, [i])))
      const wanted = records(rider, marks)
      const replaced = replaceIn(chunk, rider, wanted)
      const after = marksIn(Buffer.from(replaced.chunk))
      const kept = marks.slice(0, chunkRecords - others(rider, marksIn(chunk)).length).map((mark) => `${rider}:${mark}`)
      expect(others(rider, after)).toEqual(others(rider, marksIn(chunk)))
      expect(of(rider, after).sort()).toEqual(kept.sort())
      expect(recordsIn(replaced.left)).toBe(marks.length - kept.length)
      expect(replaceIn(replaced.chunk, rider, wanted).changed).toBe(false)
    }),
    { numRuns: 200, seed: 5 },
  )
})

test('law: the index gives back the chunks of each rider of a bucket, up to the largest numbers', () => {
  const entries = fc.array(fc.tuple(fc.nat(127), fc.uniqueArray(fc.nat(2 ** 24 - 1), { maxLength: 3 })), { maxLength: 12 })
  fc.assert(
    fc.property(entries, fc.constantFrom(0, 2 ** 32 - 128), (entries, first) => {
      const model = new Map(entries)
      const bucket = entries.reduce<Uint8Array>((bytes, [low, chunks]) => withChunks(bytes, first + low, chunks), new Uint8Array())
      for (let low = 0; low < 128; low++) expect(chunksOf(bucket, first + low)).toEqual(model.get(low) ?? [])
    }),
    { numRuns: 50, seed: 6 },
  )
})
