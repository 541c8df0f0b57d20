import type { RedisClient } from '../redisServer'
import { type Told, type Wish, minuteNow, scope, wants } from './wishes'

const inFlight = 1000
const fields = ['windows', 'section', 'direction', 'minSeverity', 'minDelay', 'language', 'channel', 'from', 'until'] as const
const setKey = `subscribers:${scope}`
const riderKey = (rider: string | number): string => `rider:${rider}:${scope}`

/** The baseline: a set of a line's subscribers, and a hash of each one's wishes. */
export async function fillHashes(client: RedisClient, wishes: readonly Wish[]): Promise<void> {
  for (let i = 0; i < wishes.length; i += inFlight) {
    const some = wishes.slice(i, i + inFlight)
    await Promise.all([client.sAdd(setKey, some.map(({ rider }) => `${rider}`)), ...some.map((wish) => client.hSet(riderKey(wish.rider), hashOf(wish)))]) // prettier-ignore
  }
}

/** SMEMBERS, then HMGET a rider with a thousand in flight, filtered as objects. */
export async function matchHashes(client: RedisClient): Promise<Told[]> {
  const minute = minuteNow()
  const riders = await client.sMembers(setKey)
  const told: Told[] = []
  let next = 0
  const lane = async () => {
    while (next < riders.length) {
      const rider = riders[next++] as string
      const wish = wishOf(rider, await client.hmGet(riderKey(rider), [...fields]))
      if (wants(wish, minute)) told.push(wish)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return told
}

const hashOf = (wish: Wish): Record<string, string> =>
  Object.fromEntries(
    fields.map((field) => [field, typeof wish[field] === 'number' ? `${wish[field]}` : JSON.stringify(wish[field] ?? null)]),
  )

function wishOf(rider: string, values: readonly (string | null)[]): Wish {
  const [windows, section, ...numbers] = values as readonly string[]
  const [direction, minSeverity, minDelay, language, channel, from, until] = numbers.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return {
    rider: Number(rider), windows: JSON.parse(windows as string) as Wish['windows'], section: (JSON.parse(section as string) ?? undefined) as Wish['section'],
    direction, minSeverity, minDelay, language, planned: true, channel, from, until,
  } // prettier-ignore
}
