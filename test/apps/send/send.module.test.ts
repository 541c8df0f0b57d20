import { Test } from '@nestjs/testing'
import { SendModule } from '../../../apps/send/send.module'
import { memoryBus } from '#bus/memory'
import { BusStrategy } from '#bus/strategy'
import { disruptions, dispatches, lines as linesTopic, receipts } from '#bus/topics'
import { publish } from '#bus/typed'
import { encodeCohortHeader } from '#domain/cohortHeader'
import { cohortId } from '#domain/dispatch'
import { recipientBytes, writeRecipient } from '#domain/recipient'
import { createLogger } from '#service/log'
import { createNet } from '#service/net'
import { PlatformModule } from '#service/platform.module'
import { realClock } from '#service/realClock'
import { seededRandom } from '#service/randoms'
import type { Settings } from '#service/settings'
import { memoryStore } from '#store/memory'
import { riders as ridersTopic } from '#bus/topics'
import { answers, peer } from '../../libs/channels/out'
import { lines } from '../../libs/messages/stories'
import { disruption, keys, late, rider } from './city'

test('from a dispatch on the bus to the request at the messenger, and a blocked rider back as a receipt', async () => {
  const bot = await peer()
  bot.script.push((response) => void response.end('{"ok":true,"result":{"message_id":1}}'))
  bot.script.push(answers(403, { ok: false, description: 'Forbidden: bot was blocked by the user' }))
  const [bus, store, net] = [memoryBus(realClock), memoryStore(realClock.now), createNet()]
  const telegram = { token: '1:a', bot: 'b', apiRoot: bot.root, perSecond: 1000, webhookSecret: undefined }
  const operator = { id: 'lindenau', name: 'Lindenau', timezone: 'Europe/Berlin', languages: ['de', 'en'], channels: { telegram } }
  const settings = { publicUrl: undefined, operators: [operator] } as unknown as Settings
  const platform = { bus, store, net, settings, keys, clock: realClock, random: seededRandom(1), log: createLogger('silent', false) }
  const module = await Test.createTestingModule({ imports: [PlatformModule.of(platform), SendModule] }).compile()
  const app = module.createNestMicroservice({ strategy: new BusStrategy(bus), logger: false })
  await app.listen()

  const d = disruption([late()])
  await publish(bus, linesTopic, lines)
  await publish(bus, disruptions, [d])
  const recipients = Buffer.alloc(2 * recipientBytes)
  for (const [index, number] of [11, 12].entries()) {
    const r = rider(number)
    await store.riders.put('lindenau', { id: r.id, number, position: BigInt(number), record: ridersTopic.codec.encode(r), hashes: [] })
    writeRecipient(recipients, index, { rider: number, language: 'en', urgency: 0, secondChannel: 0, flags: 0 })
  }
  const dispatch = {
    operator: 'lindenau',
    disruption: d.id,
    channel: 'TELEGRAM',
    cohort: 0,
    revision: 1,
    severity: 'WARNING',
    recipients,
  } as const
  await store.cohorts.open(cohortId(dispatch), encodeCohortHeader({ ...dispatch, openedAtMs: realClock.now() }), recipients)
  await publish(bus, dispatches('TELEGRAM'), [dispatch])

  const blocked = await new Promise(
    (resolve) => void bus.follow(receipts.name, ({ records }) => resolve(receipts.codec.decode(records[0]?.value as Uint8Array))),
  )
  expect(blocked).toMatchObject({ operator: 'lindenau', disruption: 'd1', channel: 'TELEGRAM', slot: 1, kind: 'BLOCKED' })
  expect(bot.seen.map((s) => JSON.parse(s.body).chat_id)).toEqual([11, 12])
  expect(JSON.parse(bot.seen[0]?.body ?? '').text).toMatch(/^Tram 3 both ways: 10–15 min late/)
  await app.close()
  const ends = Buffer.from((await store.cohorts.slots(cohortId(dispatch))) as Buffer)
  expect([ends[0], ends[8]]).toEqual([2, 4])
  await bus.close()
  await net.close()
  await bot.close()
})
