import type { Tick } from '#domain/frame'
import type { Observation } from '#domain/observation'

/** No feed has an empty name: such a tick says what time it is, so that an operator without a feed (a city) has an owner of its notices too. */
export const timeTick = (operator: string, now: number): Observation => ({
  kind: 'tick',
  tick: { operator, feed: '', epoch: 0, seq: 0, feedTime: now, state: 'OK', reason: 'TIME' },
})

export const isTimeTick = (tick: Tick): boolean => tick.feed === ''
