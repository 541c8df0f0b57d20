import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, truncateSync, writeSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Replaces a file as a whole: after a crash there is the old content or the new one. */
export function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  const handle = openSync(`${file}.new`, 'w', 0o600)
  writeSync(handle, text)
  fsyncSync(handle)
  closeSync(handle)
  renameSync(`${file}.new`, file)
}

/** The records of a file with one JSON value a line. A last line that a crash cut off is removed, so that the next one starts afresh. */
export function readLines<T>(file: string): T[] {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole))
  return whole
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T)
}

/** Appends records, one JSON value a line. What waits while the disk is busy goes together: one fsync for all. */
export class LineFile<T> {
  private waiting: { line: string; done: () => void; failed: (error: unknown) => void }[] = []
  private handle: FileHandle | undefined
  private writing: Promise<void> | undefined

  constructor(private readonly file: string) {}

  /** Resolves when the record is on the disk. */
  append(record: T): Promise<void> {
    const written = new Promise<void>((done, failed) => {
      this.waiting.push({ line: `${JSON.stringify(record)}\n`, done, failed })
    })
    this.writing ??= this.drain().finally(() => {
      this.writing = undefined
    })
    return written
  }

  async close(): Promise<void> {
    await this.writing
    await this.handle?.close()
    this.handle = undefined
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting
      this.waiting = []
      try {
        this.handle ??= await open(this.file, 'a', 0o600)
        await this.handle.appendFile(batch.map((b) => b.line).join(''))
        await this.handle.datasync()
        for (const b of batch) b.done()
      } catch (error) {
        for (const b of batch) b.failed(error)
      }
    }
  }
}
