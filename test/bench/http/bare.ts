import { Pool } from 'undici'
import { telegramBody } from '#channels/telegram'

const connections = 64
const text = 'Tram 3 both ways: 10–15 min late. End not known. '.repeat(4)

/** What there is no sending faster than: the same requests without anything behind them, as fast as one pool of connections takes them. */
export async function bare(root: string, count: number): Promise<void> {
  const pool = new Pool(root, { connections, pipelining: 1 })
  let next = 0
  const worker = async () => {
    while (next < count) {
      const address = String(100_000 + next++)
      const { body } = await pool.request({
        path: '/bot1:bench/sendMessage',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: telegramBody({ address, text }),
      })
      await body.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  await pool.close()
}
