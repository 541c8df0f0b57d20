import { transit_realtime } from 'gtfs-realtime-bindings'

export type Entity = transit_realtime.IFeedEntity
export type StopUpdate = transit_realtime.TripUpdate.IStopTimeUpdate

/** A FeedMessage as a producer would send it. */
export function feedOf(timestamp: number, entity: readonly Entity[], incrementality = 0): Buffer {
  const message = { header: { gtfsRealtimeVersion: '2.0', incrementality, ...(timestamp ? { timestamp } : {}) }, entity: [...entity] }
  return Buffer.from(transit_realtime.FeedMessage.encode(transit_realtime.FeedMessage.fromObject(message)).finish())
}

export const tripUpdate = (trip: transit_realtime.ITripDescriptor, stopTimeUpdate: StopUpdate[], more: object = {}): Entity => ({
  id: `e-${trip.tripId}`,
  tripUpdate: { trip, stopTimeUpdate, ...more },
})

export const late = (stopSequence: number, delay: number): StopUpdate => ({ stopSequence, departure: { delay } })
