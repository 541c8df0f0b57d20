import type { State } from '../ports'
import type { Keys } from './keys'
import type { Link } from './link'

export const redisLeases = (link: Link, keys: Keys): Pick<State, 'lease' | 'release'> => ({
  lease: async (name, holder, ttlMs, nowMs) => {
    const epoch = await link.call('takeLease', [keys.lease(name)], holder, String(ttlMs), String(nowMs))
    return typeof epoch === 'number' ? { epoch } : undefined
  },
  release: async (name, holder) => void (await link.call('releaseLease', [keys.lease(name)], holder)),
})
