import type { Line } from '#domain/line'

export interface FoundLines {
  /** Each once, in the order of the text. */
  readonly found: readonly Line[]
  /** Several lines of one name: the rider has to say which. */
  readonly ambiguous: readonly (readonly Line[])[]
  /** How many words are no line. */
  readonly unknown: number
  /** The lines that such words come closest to. */
  readonly nearest: readonly Line[]
}

/** Words around line names that mean nothing by themselves, in both languages. */
const fillers = new Set(['linie', 'linien', 'line', 'lines', 'und', 'and', 'oder', 'or', 'bitte', 'please', 'die', 'the', '+', '&'])
const mostWords = 4

/** Reads line names out of what a rider wrote: `3, U6 12`, `tram 3`, `Linie u 6`. Longer names win over their parts. */
export function findLines(text: string, lines: readonly Line[]): FoundLines {
  const index = indexOf(lines)
  const words = text.split(/[\s,;]+/).filter((w) => w !== '' && !fillers.has(w.toLowerCase()))
  const found = new Set<Line>()
  const ambiguous: Line[][] = []
  const unknown: string[] = []
  for (let at = 0; at < words.length;) {
    const match = longestMatch(words, at, index)
    if (match?.lines.length === 1) found.add(match.lines[0] as Line)
    else if (match) ambiguous.push(match.lines)
    else unknown.push(words[at] as string)
    at += match?.length ?? 1
  }
  return { found: [...found], ambiguous, unknown: unknown.length, nearest: nearestTo(unknown, lines, index) }
}

function longestMatch(words: readonly string[], at: number, index: ReadonlyMap<string, Line[]>) {
  for (let length = Math.min(mostWords, words.length - at); length > 0; length--) {
    const lines = index.get(keyOf(words.slice(at, at + length).join('')))
    if (lines) return { lines, length }
  }
  return undefined
}

const modeWords: Readonly<Record<Line['mode'], readonly string[]>> = {
  BUS: ['bus'],
  TRAM: ['tram', 'strab', 'straßenbahn', 'strassenbahn', 'bahn'],
  SUBWAY: ['u', 'ubahn', 'subway', 'metro', 'underground'],
  RAIL: ['s', 'zug', 'train', 'bahn', 'sbahn'],
  FERRY: ['fähre', 'faehre', 'ferry'],
  OTHER: [],
}

/** By name, and by name with the word for its mode before it. */
function indexOf(lines: readonly Line[]): Map<string, Line[]> {
  const index = new Map<string, Line[]>()
  const add = (key: string, line: Line) => {
    const there = index.get(key) ?? []
    if (!there.includes(line)) index.set(key, [...there, line])
  }
  for (const line of lines) add(keyOf(line.name), line)
  const names = new Set(index.keys())
  for (const line of lines)
    for (const word of modeWords[line.mode]) if (!names.has(keyOf(word + line.name))) add(keyOf(word + line.name), line)
  return index
}

/** Case, spaces and punctuation do not count: `u-6` is `U6`. */
const keyOf = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

const maxWords = 20
const maxNearest = 3

function nearestTo(words: readonly string[], lines: readonly Line[], index: ReadonlyMap<string, Line[]>): Line[] {
  const near = words.slice(0, maxWords).flatMap((word) => {
    const key = keyOf(word).slice(0, 12)
    const scored = [...index.entries()].filter(([k]) => key !== '' && k.length <= 14).map(([k, ls]) => ({ ls, distance: distance(key, k) }))
    const limit = key.length > 3 ? 2 : 1
    return scored
      .filter((s) => s.distance <= limit)
      .sort((a, b) => a.distance - b.distance)
      .flatMap((s) => s.ls)
  })
  return [...new Set(near)].filter((l) => lines.includes(l)).slice(0, maxNearest)
}

/** Levenshtein distance of two short texts. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? 0
}
