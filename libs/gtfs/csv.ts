import { isUtf8 } from 'node:buffer'
import { GtfsError } from './problem'

const comma = 0x2c
const quote = 0x22
const cr = 0x0d
const lf = 0x0a
const space = 0x20
const bom = Buffer.from([0xef, 0xbb, 0xbf])

const maxRecordBytes = 64 * 1024
const maxColumns = 512

/** One record of a CSV file; valid only during the call that hands it out. Fields by column index; -1 or a missing field reads as empty. */
export class CsvRow {
  bytes: Buffer = bom
  line = 0
  count = 0
  readonly starts = new Int32Array(maxColumns)
  readonly ends = new Int32Array(maxColumns)

  start(column: number): number {
    return column >= 0 && column < this.count ? (this.starts[column] as number) : 0
  }

  end(column: number): number {
    return column >= 0 && column < this.count ? (this.ends[column] as number) : 0
  }

  isEmpty(column: number): boolean {
    return this.end(column) === this.start(column)
  }

  text(column: number): string {
    return this.bytes.toString('utf8', this.start(column), this.end(column))
  }

  /** A whole number without a sign; -1 when the field is empty or is none. */
  int(column: number): number {
    const end = this.end(column)
    let value = 0
    let at = this.start(column)
    if (at === end) return -1
    for (; at < end; at++) {
      const digit = (this.bytes[at] as number) - 48
      if (digit < 0 || digit > 9 || value > 2 ** 31) return -1
      value = value * 10 + digit
    }
    return value
  }

  /** NaN when the field is empty or no number. */
  float(column: number): number {
    return this.isEmpty(column) ? Number.NaN : Number(this.text(column))
  }

  /** H:MM:SS or HH:MM:SS, past 24:00 too, in seconds; -1 when empty, -2 when it is no time. */
  time(column: number): number {
    const end = this.end(column)
    let at = this.start(column)
    if (at === end) return -1
    let total = 0
    let part = 0
    let colons = 0
    for (; at < end; at++) {
      const byte = this.bytes[at] as number
      if (byte === 0x3a) {
        total = (total + part) * 60
        part = 0
        colons++
        continue
      }
      const digit = byte - 48
      if (digit < 0 || digit > 9) return -2
      part = part * 10 + digit
    }
    return colons === 2 ? total + part : -2
  }
}

/**
 * Reads CSV as GTFS writes it (RFC 4180; BOM, CRLF or LF, quoted commas and line ends, spaces around bare values) from chunks as they
 * arrive, without a string a field. The first record is given to `header`, which returns what is to be called for every further one.
 * Throws GtfsError with file, line and column. csv-parse is its differential oracle in the tests.
 */
export class CsvReader {
  private readonly row = new CsvRow()
  private carry: Buffer = Buffer.alloc(0)
  private line = 1
  private onRow: ((row: CsvRow) => void) | undefined
  private readonly escaped = new Uint8Array(maxColumns)
  private begun = false

  constructor(
    private readonly file: string,
    private readonly header: (columns: readonly string[]) => (row: CsvRow) => void,
  ) {}

  push(chunk: Buffer): void {
    this.take(this.carry.length === 0 ? chunk : Buffer.concat([this.carry, chunk]), false)
  }

  end(): void {
    this.take(this.carry, true)
    if (!this.onRow) this.begin([])
  }

  private take(bytes: Buffer, final: boolean): void {
    if (!this.begun && bytes.length < bom.length && !final) {
      this.carry = bytes
      return
    }
    const from = !this.begun && bytes.subarray(0, 3).equals(bom) ? 3 : 0
    this.begun = true
    const used = this.records(bytes, from, final)
    this.carry = bytes.subarray(used)
    if (this.carry.length > maxRecordBytes) this.fail('CSV_RECORD_TOO_LARGE', 'a record is longer than 64 KiB; is a quote left open?')
  }

  /** Hands out the complete records; returns where the incomplete one starts. */
  private records(bytes: Buffer, from: number, final: boolean): number {
    const clean = isUtf8(bytes.subarray(from, final ? bytes.length : bytes.lastIndexOf(lf) + 1))
    let at = from
    while (at < bytes.length) {
      const next = this.record(bytes, at, final)
      if (next < 0) break
      if (!clean && !isUtf8(bytes.subarray(at, next))) {
        this.fail('CSV_NOT_UTF8', 'the line is not UTF-8; save the file as UTF-8 (it may be Latin-1 or Windows-1252)')
      }
      this.emit(bytes)
      at = next
    }
    return at
  }

  /** Finds the fields of one record; returns where the next starts, or -1 when this one is not complete. */
  private record(bytes: Buffer, start: number, final: boolean): number {
    this.row.count = 0
    this.row.line = this.line
    let at = start
    for (;;) {
      if (this.row.count === maxColumns) this.fail('CSV_TOO_MANY_COLUMNS', `more than ${maxColumns} fields in a record`)
      at = bytes[at] === quote ? this.quoted(bytes, at, final) : this.bare(bytes, at)
      if (at < 0) return -1
      if (at >= bytes.length) return final ? at : -1
      if (bytes[at] === comma) {
        at++
        if (at >= bytes.length) {
          if (!final) return -1
          this.field(at, at, 0)
          return at
        }
        continue
      }
      const next = bytes[at] === cr && bytes[at + 1] === lf ? at + 2 : at + 1
      if (bytes[at] === cr && at + 1 >= bytes.length && !final) return -1
      return next
    }
  }

  private bare(bytes: Buffer, start: number): number {
    let at = start
    for (; at < bytes.length; at++) {
      const byte = bytes[at]
      if (byte === comma || byte === lf || byte === cr) break
    }
    let from = start
    let to = at
    while (from < to && bytes[from] === space) from++
    while (to > from && bytes[to - 1] === space) to--
    this.field(from, to, 0)
    return at
  }

  private quoted(bytes: Buffer, start: number, final: boolean): number {
    let doubled = 0
    for (let at = start + 1; at < bytes.length; at++) {
      if (bytes[at] !== quote) continue
      if (bytes[at + 1] === quote) {
        doubled = 1
        at++
        continue
      }
      if (at + 1 === bytes.length && !final) return -1
      this.field(start + 1, at, doubled)
      return this.afterQuote(bytes, at + 1)
    }
    if (!final) return -1
    return this.fail('CSV_UNCLOSED_QUOTE', 'a quote that is opened here is never closed')
  }

  private afterQuote(bytes: Buffer, start: number): number {
    let at = start
    while (bytes[at] === space) at++
    const byte = bytes[at]
    if (at < bytes.length && byte !== comma && byte !== lf && byte !== cr) {
      this.fail('CSV_TEXT_AFTER_QUOTE', `text follows the closing quote of field ${this.row.count}`)
    }
    return at
  }

  private field(start: number, end: number, doubled: number): void {
    const { row } = this
    row.starts[row.count] = start
    row.ends[row.count] = end
    this.escaped[row.count] = doubled
    row.count++
  }

  private emit(bytes: Buffer): void {
    const { row } = this
    const blank = row.count === 1 && row.isEmpty(0)
    row.bytes = bytes
    this.unescape(bytes)
    this.line += 1 + (blank ? 0 : this.lineEndsInside(bytes))
    if (blank) return
    if (this.onRow) this.onRow(row)
    else this.begin(Array.from({ length: row.count }, (_, i) => row.text(i).trim()))
  }

  private begin(columns: readonly string[]): void {
    this.onRow = this.header(columns)
  }

  /** Doubled quotes become one, in place: the bytes are ours. */
  private unescape(bytes: Buffer): void {
    for (let i = 0; i < this.row.count; i++) {
      if (!this.escaped[i]) continue
      let to = this.row.starts[i] as number
      for (let from = to; from < (this.row.ends[i] as number); from++) {
        bytes[to++] = bytes[from] as number
        if (bytes[from] === quote) from++
      }
      this.row.ends[i] = to
    }
  }

  private lineEndsInside(bytes: Buffer): number {
    let ends = 0
    const last = this.row.count - 1
    for (let at = bytes.indexOf(lf, this.row.starts[0]); at >= 0 && at < (this.row.ends[last] as number); at = bytes.indexOf(lf, at + 1))
      ends++
    return ends
  }

  private fail(
    code: 'CSV_NOT_UTF8' | 'CSV_RECORD_TOO_LARGE' | 'CSV_TOO_MANY_COLUMNS' | 'CSV_UNCLOSED_QUOTE' | 'CSV_TEXT_AFTER_QUOTE',
    text: string,
  ): never {
    throw new GtfsError(code, `${this.file} line ${this.line}: ${text}`, { file: this.file, line: this.line })
  }
}
