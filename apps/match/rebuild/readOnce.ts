import type { Batch, Bus } from '#bus/bus'

/**
 * Reads a topic from the start to where it ends now. Rejects with the first error of `apply`: a follower would try again for ever, but here
 * store or broker are down, and whoever rebuilds begins anew.
 */
export async function readOnce(bus: Bus, topic: string, apply: (batch: Batch) => Promise<void> | void): Promise<void> {
  const failed = Promise.withResolvers<never>()
  let isOver = false
  const follower = await bus.follow(topic, async (batch) => {
    if (isOver) return
    try {
      await apply(batch)
    } catch (error) {
      isOver = true
      failed.reject(error)
    }
  })
  try {
    await Promise.race([follower.caughtUp(), failed.promise])
  } finally {
    isOver = true
    await follower.stop()
  }
}
