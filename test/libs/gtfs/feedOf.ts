import { transit_realtime } from 'gtfs-realtime-bindings'
import { Writer } from 'protobufjs/minimal'

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

/** A field of an extension, as bytes to put among a message's `$unknowns`. */
export const extension = (field: number, write: (writer: Writer) => void): Uint8Array => {
  const inner = Writer.create()
  write(inner)
  return Writer.create()
    .uint32(field * 8 + 2)
    .bytes(inner.finish())
    .finish()
}

/** The same feed, changed as a message: extensions can only be set on messages. */
export function changed(feed: Buffer, change: (message: transit_realtime.FeedMessage) => void): Buffer {
  const message = transit_realtime.FeedMessage.decode(feed)
  change(message)
  return Buffer.from(transit_realtime.FeedMessage.encode(message).finish())
}
