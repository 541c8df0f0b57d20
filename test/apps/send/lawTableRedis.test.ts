import { redisStore } from '#store/redis/redisStore'
import { realClock } from '#service/realClock'
import { describeRedis, newPrefix, withRedis } from '../../brokers/redisParts'
import { cases, play } from './lawTable'

describeRedis('the laws of delivery with two senders, on Redis', () => {
  const redis = withRedis(1)
  test.each(cases.filter((c) => !c.isLong).map((c) => [c.id, c] as const))(
    '%s',
    async (_, c) => {
      let now: () => number = () => 0
      const store = await redisStore({ servers: { url: redis().url }, nowMs: () => now(), clock: realClock, prefix: newPrefix() })
      await play(c, (nowMs) => {
        now = nowMs
        return store
      })
    },
    30_000,
  )
})
