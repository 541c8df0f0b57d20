import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockFolder } from '#sqlite/folderLock'

describe('lockFolder', () => {
  let folder: string
  beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), 'lock-')), 'state')))
  afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

  const taken = () => expect.objectContaining({ ok: false, code: 'FOLDER_LOCKED', message: expect.stringContaining(folder) })
  const free = () => {
    const locking = lockFolder(folder)
    if (locking.ok) locking.lock.release()
    return locking.ok
  }

  it('lets in one at a time, and the next after release', () => {
    const first = lockFolder(folder)
    expect(lockFolder(folder)).toEqual(taken())
    if (first.ok) first.lock.release()
    expect(free()).toBe(true)
  })

  it('keeps other processes out, and is free as soon as its process was killed', async () => {
    const child = await holder(folder)
    expect(lockFolder(folder)).toEqual(taken())
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(free()).toBe(true)
  })
})

async function holder(folder: string): Promise<ChildProcess> {
  const script = `require('./dist/libs/sqlite/folderLock.js').lockFolder(${JSON.stringify(folder)}); console.log('held'); setInterval(() => {}, 1e6)`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}
