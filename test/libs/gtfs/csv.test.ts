import { CsvReader, type CsvRow } from '#gtfs/csv'
import { GtfsError } from '#gtfs/problem'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'

function rowsOf(chunks: readonly Buffer[]): string[][] {
  const rows: string[][] = []
  const fields = (row: CsvRow) => Array.from({ length: row.count }, (_, i) => row.text(i))
  const reader = new CsvReader('stops.txt', (columns) => {
    rows.push([...columns])
    return (row) => rows.push(fields(row))
  })
  for (const chunk of chunks) reader.push(Buffer.from(chunk))
  reader.end()
  return rows
}

const problemOf = (bytes: Buffer) => {
  try {
    rowsOf([bytes])
    return undefined
  } catch (error) {
    return error instanceof GtfsError ? error.problem : error
  }
}

const field = fc.oneof(fc.stringMatching(/^[a-zä0-9]{0,6}$/), fc.constantFrom('a,b', 'say "x"', 'two\nlines', '"', ''))
const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 })
const written = (rows: readonly string[][], end: string) =>
  rows.map((row) => row.map((f) => (/[",\n]/.test(f) ? `"${f.replaceAll('"', '""')}"` : f)).join(',')).join(end) + end

describe('CsvReader', () => {
  it('reads what csv-parse reads, however the bytes are cut', () => {
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.array(fc.nat(200), { maxLength: 5 }), fc.boolean(), (rows, end, cuts, bom) => {
        const bytes = Buffer.from((bom ? '\uFEFF' : '') + written(rows, end))
        const at = [0, ...cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
        const chunks = at.slice(1).map((to, i) => bytes.subarray(at[i], to))
        const oracle: string[][] = parse(bytes, { bom: true, relax_column_count: true })
        expect(rowsOf(chunks)).toEqual(oracle.map((r, i) => (i === 0 ? r.map((f) => f.trim()) : r)))
      }),
      { numRuns: 300 },
    )
  })

  it('reads a last line without an end and skips blank ones', () => {
    expect(rowsOf([Buffer.from('a,b\n\n1,2\r\n\r\n3,')])).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', ''],
    ])
  })

  it.each([
    ['an open quote', Buffer.from('a,b\n1,2\n"x,3\n'), 'CSV_UNCLOSED_QUOTE', 3],
    ['an open quote before much text', Buffer.from(`a,b\n"x,3\n${'y,4\n'.repeat(20_000)}`), 'CSV_RECORD_TOO_LARGE', 2],
    ['Latin-1', Buffer.from('a,b\n1,Stra\xdfe\n', 'latin1'), 'CSV_NOT_UTF8', 2],
    ['text behind a quote', Buffer.from('a,b\n"x"y,3\n'), 'CSV_TEXT_AFTER_QUOTE', 2],
    ['too many columns', Buffer.from(`${','.repeat(600)}\n`), 'CSV_TOO_MANY_COLUMNS', 1],
  ])('names %s with its line', (_, bytes, code, line) => {
    expect(problemOf(bytes)).toMatchObject({ code, line, file: 'stops.txt' })
  })
})
