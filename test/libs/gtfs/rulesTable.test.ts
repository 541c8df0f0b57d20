import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const rows = readFileSync('docs/gtfs-realtime.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| rule '))
  .map((line) => line.split('|').map((cell) => cell.trim()))

/** Rule, what we do, tests. */
const rules = rows.map((cells) => ({ rule: cells[1] as string, does: cells[3] as string, tests: cells[4] as string }))

describe('docs/gtfs-realtime.md', () => {
  it('names only tests that are there', () => {
    const missing = rules.flatMap(({ tests }) =>
      tests === '–' ? [] : tests.split('<br>').filter((entry) => !stands(...(entry.split(/: (.*)/s) as [string, string]))),
    )
    expect([missing, rules.length > 60]).toEqual([[], true])
  })

  it('says where a rule has no test, that it is a gap', () => {
    expect(rules.filter(({ does, tests }) => tests === '–' && !does.includes('**gap**')).map((r) => r.rule)).toEqual([])
  })
})

const sources = new Map<string, string>()

function stands(file: string, name: string): boolean {
  const path = join('test/libs/gtfs', `${file}.test.ts`)
  if (!sources.has(file)) sources.set(file, readFileSync(path, 'utf8'))
  return (sources.get(file) as string).includes(name)
}
