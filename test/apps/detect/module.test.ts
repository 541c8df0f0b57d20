import { Test } from '@nestjs/testing'
import { BusStrategy } from '#bus/strategy'
import { disruptions, observations } from '#bus/topics'
import { publish } from '#bus/typed'
import { type Disruption, lineScope } from '#domain/disruption'
import type { Observation } from '#domain/observation'
import { createLogger } from '#service/log'
import { PlatformModule } from '#service/platform.module'
import { seededRandom } from '#service/randoms'
import type { Platform } from '#service/tokens'
import { DetectModule } from '#apps/detect/detect.module'
import { World, settings } from './world'

const day = 24 * 3600

function issued(at: number): Observation {
  const notice = {
    operator: 'lindenau', id: 'act-1', disruption: 'n1', act: 'ISSUE', at, author: 'Ada', scopes: [lineScope('tram-3')], effect: 'DETOUR',
    cause: 'CONSTRUCTION', severity: 'WARNING', until: at + 240, publishAt: at + 120, texts: [],
  } as const // prettier-ignore
  return { kind: 'notice', notice }
}

const closed = (id: string, closedAt: number): Disruption => ({
  operator: 'lindenau', id, rule: 'DELAY', origin: 'DETECTED', state: 'CLOSED', publication: 'TOLD', scopes: [lineScope('tram-3')],
  effect: 'SIGNIFICANT_DELAYS', cause: 'UNKNOWN_CAUSE', severity: 'WARNING', suspectedAt: 1, openedAt: 1, closedAt,
  communication: { start: 0, end: 0 }, impact: [], revisions: [], texts: [], evidence: '',
}) // prettier-ignore

test('as a module: a notice is told at its time, ends at its declared end, without any feed; what closed 30 days ago is erased', async () => {
  const world = new World()
  const platform = {
    bus: world.bus,
    store: world.store,
    clock: world.clock,
    random: seededRandom(1),
    log: createLogger('silent', false),
    settings,
  }
  const module = await Test.createTestingModule({ imports: [PlatformModule.of(platform as unknown as Platform), DetectModule] }).compile()
  const app = module.createNestMicroservice({ strategy: new BusStrategy(world.bus) })
  const at = Math.floor(world.clock.now() / 1000)
  await publish(world.bus, disruptions, [closed('old', at - 30 * day + 3), closed('younger', at - 29 * day)])
  await publish(world.bus, observations, [issued(at)])
  await app.listen()
  const after = async (seconds: number) => {
    for (let s = 0; s < seconds; s += seconds / 4) await world.clock.advance((seconds / 4) * 1000)
    return Object.values(await world.topic())
  }
  expect(await after(2)).toMatchObject([{ id: 'n1', publication: 'SCHEDULED', state: 'OPEN' }, { id: 'old' }, { id: 'younger' }])
  expect(await after(120)).toMatchObject([{ publication: 'TOLD', state: 'OPEN' }, { id: 'younger' }])
  expect(await after(120)).toMatchObject([{ state: 'CLOSED', closedAt: at + 240, revisions: [{ number: 1 }] }, { id: 'younger' }])
  await app.close()
  await world.bus.close()
})
