import type { Random } from '#domain/ports'
import { type StatePiece, portionsOf } from '#detection/detector'
import type { State, StateEntry } from '#store/ports'

/** A stored state and the mark of who wrote it last. */
export interface StoredPieces {
  /** undefined: there is none. */
  readonly mark: string | undefined
  readonly pieces: readonly { readonly name: string; readonly value: Uint8Array }[]
}

const prefixOf = (operator: string) => `detect/${operator}/`
const markKey = (operator: string) => `${prefixOf(operator)}mark`

/**
 * A detector's pieces in the store. Every save leaves a new mark: an instance whose cached detector has another mark than the store was not the
 * last one to write (the partition had moved away in between) and loads again.
 */
export class States {
  constructor(
    private readonly state: State,
    private readonly random: Random,
  ) {}

  async mark(operator: string): Promise<string | undefined> {
    const [value] = await this.state.getMany([markKey(operator)])
    return value?.toString('latin1')
  }

  async load(operator: string): Promise<StoredPieces> {
    const prefix = prefixOf(operator)
    const entries = await this.state.list(prefix)
    const mark = entries.find((e) => e.key === markKey(operator))?.value.toString('latin1')
    const pieces = entries.filter((e) => e.key !== markKey(operator)).map((e) => ({ name: e.key.slice(prefix.length), value: e.value }))
    return { mark, pieces }
  }

  /**
   * Writes what changed, in the detector's order; returns the new mark. The mark goes first, so that a cache is never trusted after half a save.
   * Portion by portion, so that those who tell riders of a change meanwhile never wait until a whole city's lines are encoded and on disk.
   */
  async save(operator: string, changed: readonly StatePiece[]): Promise<string> {
    const mark = this.random.bytes(8).toString('hex')
    const first: StateEntry = { key: markKey(operator), value: Buffer.from(mark, 'latin1') }
    const [lines = [], ...others] = portionsOf(changed)
    await this.put(operator, lines, [first])
    for (const pieces of others) await this.put(operator, pieces)
    return mark
  }

  private async put(operator: string, pieces: readonly StatePiece[], before: readonly StateEntry[] = []): Promise<void> {
    let portion = [...before]
    let bytes = 0
    for (const { name, value } of pieces) {
      portion.push({ key: prefixOf(operator) + name, value })
      bytes += value?.byteLength ?? 0
      if (bytes < portionBytes) continue
      await this.state.putMany(portion)
      portion = []
      bytes = 0
    }
    if (portion.length > 0) await this.state.putMany(portion)
  }
}

const portionBytes = 64 * 1024
