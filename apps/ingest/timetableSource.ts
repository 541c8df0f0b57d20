import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NetError } from '#domain/ports'
import type { Net } from '#domain/ports'
import type { TimetableSettings } from '#service/settings'

export type FetchedTimetable =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'same' }
  /** A code for metrics, and for people what happened. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }

const timeoutMs = 120_000
const maxBytes = 512 * 2 ** 20

/** Where an operator's zip comes from: an address or a file. Gives bytes only when they differ from the last ones that were accepted. */
export class TimetableSource {
  private validators: Record<string, string> = {}
  private stamp = ''
  private hash = ''
  private offered: { validators: Record<string, string>; stamp: string; hash: string } | undefined

  constructor(
    private readonly settings: TimetableSettings,
    private readonly net: Net,
    private readonly trust: 'own' | 'foreign',
    /** Keeps the last accepted zip of an address, so that a start does not depend on somebody else's server. */
    private readonly cacheFile: string,
  ) {}

  async fetch(signal: AbortSignal): Promise<FetchedTimetable> {
    return this.settings.url ? this.fromAddress(this.settings.url, signal) : this.fromFile(this.settings.file ?? '')
  }

  /** The zip of an earlier process, if there is one. */
  async cached(): Promise<Buffer | undefined> {
    return this.settings.url ? readFile(this.cacheFile).catch(() => undefined) : undefined
  }

  /** The bytes last given are in use: they need not come again. */
  async accepted(bytes: Buffer): Promise<void> {
    Object.assign(this, this.offered)
    if (!this.settings.url) return
    await mkdir(dirname(this.cacheFile), { recursive: true, mode: 0o700 })
    await writeFile(`${this.cacheFile}.new`, bytes, { mode: 0o600 })
    await rename(`${this.cacheFile}.new`, this.cacheFile)
  }

  private async fromAddress(url: string, signal: AbortSignal): Promise<FetchedTimetable> {
    try {
      const headers = { ...this.settings.headers, ...this.validators }
      const answer = await this.net.request({ url, method: 'GET', headers, timeoutMs, maxBytes, trust: this.trust, signal })
      if (answer.status === 304) return { kind: 'same' }
      if (answer.status !== 200)
        return { kind: 'failed', code: `HTTP_${answer.status}`, message: `the server answers with status ${answer.status}` }
      return this.offer(answer.body, validatorsOf(answer.headers), '')
    } catch (error) {
      if (error instanceof NetError) return { kind: 'failed', code: error.reason, message: error.message }
      throw error
    }
  }

  private async fromFile(file: string): Promise<FetchedTimetable> {
    try {
      const { mtimeMs, size } = await stat(file)
      const stamp = `${mtimeMs}/${size}`
      return stamp === this.stamp ? { kind: 'same' } : this.offer(await readFile(file), {}, stamp)
    } catch (error) {
      return { kind: 'failed', code: 'FILE_UNREADABLE', message: error instanceof Error ? error.message : String(error) }
    }
  }

  private offer(bytes: Buffer, validators: Record<string, string>, stamp: string): FetchedTimetable {
    const hash = createHash('sha256').update(bytes).digest('hex')
    this.offered = { validators, stamp, hash }
    if (hash !== this.hash) return { kind: 'bytes', bytes }
    Object.assign(this, this.offered)
    return { kind: 'same' }
  }
}

/** Headers that ask whether something changed since an answer. */
export function validatorsOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  const validators: Record<string, string> = {}
  if (headers.etag) validators['if-none-match'] = headers.etag
  if (headers['last-modified']) validators['if-modified-since'] = headers['last-modified']
  return validators
}
