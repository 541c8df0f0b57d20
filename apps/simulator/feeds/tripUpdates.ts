import { transit_realtime as rt } from 'gtfs-realtime-bindings'
import type { Trip } from '../timetable/trips'
import { type RunningTrip, type World, predictedTimes } from '../world/world'

/** A TripUpdate for each trip that runs, is about to, or is cancelled. Stops that the vehicle has left are not in it. */
export const tripUpdates = (world: World): rt.IFeedEntity[] =>
  world.trips.map((running) => ({
    id: `${running.trip.id}_${running.trip.date}`,
    tripUpdate: running.state === 'cancelled' ? cancelled(running) : update(running, world.at),
  }))

const cancelled = (running: RunningTrip): rt.ITripUpdate => ({
  trip: tripDescriptor(running.trip, rt.TripDescriptor.ScheduleRelationship.CANCELED),
})

function update(running: RunningTrip, at: number): rt.ITripUpdate {
  return {
    trip: tripDescriptor(running.trip, rt.TripDescriptor.ScheduleRelationship.SCHEDULED),
    vehicle: { id: running.trip.vehicle, label: running.trip.vehicle },
    timestamp: running.predictedAt,
    stopTimeUpdate: predictedTimes(running, at).map((time, i) => stopTime(running, running.next + i, time)),
  }
}

/** The first stop has no arrival, the last one no departure. */
function stopTime({ trip }: RunningTrip, index: number, time: number): rt.TripUpdate.IStopTimeUpdate {
  const event = { time, delay: time - trip.departure - (trip.offsets[index] ?? 0) }
  return {
    stopSequence: index + 1,
    stopId: trip.stops[index]?.id,
    ...(index > 0 && { arrival: event }),
    ...(index < trip.stops.length - 1 && { departure: event }),
  }
}

export const tripDescriptor = (trip: Trip, scheduleRelationship: rt.TripDescriptor.ScheduleRelationship): rt.ITripDescriptor => ({
  tripId: trip.id,
  routeId: trip.line.id,
  directionId: trip.direction,
  startDate: trip.date,
  scheduleRelationship,
})
