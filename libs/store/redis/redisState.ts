import type { State } from '../ports'
import type { Keys } from './keys'
import type { Link } from './link'
import { redisLeases } from './redisLeases'
import { redisTables } from './redisTables'
import { redisValues } from './redisValues'

export const redisState = (link: Link, keys: Keys, nowMs: () => number): State => ({
  ...redisValues(link, keys, nowMs),
  ...redisTables(link, keys),
  ...redisLeases(link, keys),
})
