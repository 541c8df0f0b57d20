import { answerWatch } from '#store/redis/answerWatch'
import { VirtualClock } from '#service/virtualClock'

const never = () => new Promise<never>(() => {})
const settled = (call: Promise<unknown>) => call.then(String, (error: { code?: string }) => error.code)

test('whoever waits is let go after the silence, nothing is sent for as long again, then it is tried anew', async () => {
  const clock = new VirtualClock(0)
  const watch = answerWatch(clock, 2000)
  const first = settled(watch.run('a', never))
  await clock.advance(1500)
  const second = settled(watch.run('a', never))
  await clock.advance(500)
  expect([await first, await second]).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE'])
  const send = jest.fn(async () => 'answer')
  expect(await settled(watch.run('a', send))).toBe('STORE_UNAVAILABLE')
  expect(send).not.toHaveBeenCalled()
  expect(await watch.run('b', send)).toBe('answer')
  await clock.advance(2000)
  expect(await watch.run('a', send)).toBe('answer')
})

test('answers to others keep a long queue waiting', async () => {
  const clock = new VirtualClock(0)
  const watch = answerWatch(clock, 2000)
  const { promise, resolve } = Promise.withResolvers<string>()
  const last = watch.run('a', () => promise)
  for (let i = 0; i < 5; i++) {
    await clock.advance(1500)
    await watch.run('a', async () => 'other')
  }
  resolve('mine')
  expect(await last).toBe('mine')
})
