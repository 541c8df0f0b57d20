import type { Row, Statement, Value } from './database'

/**
 * What crosses between the calling thread and the writer. Calls travel as one packed ArrayBuffer a turn of the loop, which is transferred:
 * a structured clone of a Uint8Array would copy the whole pool of 8 KB that a small Buffer lies in.
 */
export interface CallsMessage {
  /** Number of the first call; the others follow without a gap. */
  readonly first: number
  readonly count: number
  readonly packed: ArrayBuffer
  /** Statements that the writer sees for the first time. */
  readonly texts: readonly { readonly id: number; readonly sql: string }[]
}

export interface CloseMessage {
  readonly close: true
}

/** The answer to a group of calls: all of them are durable, except the failed ones. */
export interface Answer {
  readonly first: number
  readonly count: number
  /** Only of calls that returned rows. */
  readonly rows: ReadonlyMap<number, Row[][]>
  readonly failed: ReadonlyMap<number, Failure>
}

export interface Failure {
  readonly code: 'STORE_FULL' | 'STORE_CORRUPT' | 'STORE_FAILED'
  readonly message: string
}

export interface NumberedStatement {
  readonly id: number
  readonly params: readonly Value[]
}

const enum Tag {
  none,
  number,
  bigint,
  text,
  bytes,
}

/** Packs calls: statements u32, and for each: id u32, parameters u16, and these: tag u8 and value. */
export class CallPacker {
  private buffer = Buffer.allocUnsafeSlow(2048)
  private at = 0

  /** Throws when a parameter is not a Value; then nothing was added. */
  add(statements: readonly Statement[], idOf: (sql: string) => number): void {
    const start = this.at
    try {
      this.call(statements, idOf)
    } catch (error) {
      this.at = start
      throw error
    }
  }

  private call(statements: readonly Statement[], idOf: (sql: string) => number): void {
    this.room(4)
    this.at = this.buffer.writeUInt32LE(statements.length, this.at)
    for (const { sql, params } of statements) {
      this.room(6)
      this.at = this.buffer.writeUInt32LE(idOf(sql), this.at)
      this.at = this.buffer.writeUInt16LE(params.length, this.at)
      for (const value of params) this.value(value)
    }
  }

  finish(): ArrayBuffer {
    return this.buffer.buffer as ArrayBuffer
  }

  private value(value: Value): void {
    if (value === null) return this.tag(Tag.none, 0)
    switch (typeof value) {
      case 'number':
        this.tag(Tag.number, 8)
        this.at = this.buffer.writeDoubleLE(value, this.at)
        return
      case 'bigint':
        this.tag(Tag.bigint, 8)
        this.at = this.buffer.writeBigInt64LE(value, this.at)
        return
      case 'string':
        return this.text(value)
      default:
        return this.bytes(value)
    }
  }

  private text(value: string): void {
    this.tag(Tag.text, 4 + value.length * 3)
    const length = this.buffer.write(value, this.at + 4)
    this.at = this.buffer.writeUInt32LE(length, this.at) + length
  }

  private bytes(value: Uint8Array): void {
    if (!ArrayBuffer.isView(value)) throw new TypeError(`Not a value of a database: ${typeof value}`)
    this.tag(Tag.bytes, 4 + value.length)
    this.at = this.buffer.writeUInt32LE(value.length, this.at)
    this.buffer.set(value, this.at)
    this.at += value.length
  }

  private tag(tag: Tag, bytes: number): void {
    this.room(1 + bytes)
    this.buffer[this.at++] = tag
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.at + bytes))
    this.buffer.copy(larger, 0, 0, this.at)
    this.buffer = larger
  }
}

/** The calls of a message, as views into its bytes. */
export function unpackCalls(message: CallsMessage): NumberedStatement[][] {
  const buffer = Buffer.from(message.packed)
  let at = 0
  const value = (): Value => {
    const tag = buffer[at++] as Tag
    if (tag === Tag.none) return null
    if (tag === Tag.number) return buffer.readDoubleLE((at += 8) - 8)
    if (tag === Tag.bigint) return buffer.readBigInt64LE((at += 8) - 8)
    const length = buffer.readUInt32LE(at)
    const start = at + 4
    at = start + length
    return tag === Tag.text ? buffer.toString('utf8', start, at) : buffer.subarray(start, at)
  }
  const statement = (): NumberedStatement => {
    const id = buffer.readUInt32LE(at)
    const count = buffer.readUInt16LE(at + 4)
    at += 6
    return { id, params: Array.from({ length: count }, value) }
  }
  const call = (): NumberedStatement[] => Array.from({ length: buffer.readUInt32LE((at += 4) - 4) }, statement)
  return Array.from({ length: message.count }, call)
}
