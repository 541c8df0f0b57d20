import { Queue, createNodeRedisClient } from 'bullmq'
import { createClient } from 'redis'
import { type Spent, spent } from './spent'

const atOnce = 1000

/** The baseline: one job a recipient, added a thousand at a time; the recipients are known beforehand. Empties its queue afterwards. */
export async function queueByBullmq(url: string, recipients: number): Promise<Spent> {
  const client = createClient({ url })
  client.on('error', () => undefined)
  const queue = new Queue('bench', { connection: createNodeRedisClient(client) as never })
  await queue.waitUntilReady()
  try {
    return await spent(async () => {
      for (let from = 0; from < recipients; from += atOnce) await queue.addBulk(jobs(from, Math.min(atOnce, recipients - from)))
    })
  } finally {
    await queue.obliterate({ force: true })
    await queue.close()
    client.destroy()
  }
}

const jobs = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    name: 'send',
    data: { operator: 'bench', disruption: 'd1', rider: from + i + 1, channel: 'TELEGRAM', language: 'de' },
  }))
