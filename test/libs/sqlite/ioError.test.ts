import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '#sqlite/openDatabase'

/** Bash's limit of a file's size gives a real EFBIG from the kernel, which SQLite reports as an I/O error. */
const limited = `trap '' XFSZ; ulimit -f 600; exec "$0" "$@"`

describe('an I/O error', () => {
  const folder = mkdtempSync(join(tmpdir(), 'io-'))
  const file = join(folder, 'a.sqlite')
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is never acknowledged, stops all later writes, and leaves what was durable', async () => {
    const script = join(__dirname, 'ioError.child.cjs')
    const lines = execFileSync('bash', ['-c', limited, process.execPath, script, file], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const outcomes = lines.trim().split('\n')
    const durable = outcomes.lastIndexOf('durable') + 1
    expect(outcomes.slice(0, durable).every((o) => o === 'durable')).toBe(true)
    expect(durable).toBeGreaterThan(3)
    expect(outcomes[durable]).toContain('STORE_FAILED')
    expect(outcomes.slice(durable + 1).length).toBeGreaterThan(3)
    for (const outcome of outcomes.slice(durable + 1)) expect(outcome).toContain('Stopped writing after an I/O error')
    const db = openDatabase(file, '')
    expect(db.read('SELECT count(*) AS n FROM t')[0]?.n).toBeGreaterThanOrEqual(durable)
    await db.close()
  })
})
