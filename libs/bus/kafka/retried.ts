import type { Clock } from '#domain/ports'

/** kafkajs' admin client does not repeat all that it could: a topic just made has no leader yet, a broker just went. */
export async function retried<T>(clock: Pick<Clock, 'sleep'>, step: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await step()
    } catch (error) {
      if (tries >= mostTries || (error as { retriable?: boolean }).retriable !== true) throw error
      await clock.sleep(pauseMs)
    }
  }
}

const mostTries = 50
const pauseMs = 100
