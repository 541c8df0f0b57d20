import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedBus } from '#bus/embedded'
import { VirtualClock } from '#service/virtualClock'
import { busContract } from './contract'

busContract('embedded', (kept) => {
  const folder = mkdtempSync(join(tmpdir(), 'bus-'))
  const clock = new VirtualClock()
  const open = () => embeddedBus(join(folder, 'bus.db'), clock, undefined, kept)
  let bus = open()
  const restart = async () => {
    await bus.close()
    return (bus = open())
  }
  const end = async () => {
    await bus.close()
    rmSync(folder, { recursive: true })
  }
  return { bus, clock, restart, end }
})
