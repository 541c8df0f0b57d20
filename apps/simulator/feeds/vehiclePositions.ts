import { transit_realtime as rt } from 'gtfs-realtime-bindings'
import { positionOf } from '../world/position'
import type { RunningTrip, World } from '../world/world'
import { tripDescriptor } from './tripUpdates'

/** Where the vehicles of the running trips are. */
export const vehiclePositions = (world: World): rt.IFeedEntity[] =>
  world.trips
    .filter((running) => running.state === 'running')
    .map((running) => ({
      id: `${running.trip.line.id}-${running.trip.vehicle}-${running.trip.direction}`,
      vehicle: vehicle(running, world.at),
    }))

function vehicle(running: RunningTrip, at: number): rt.IVehiclePosition {
  const { lat, lon, bearing, standing } = positionOf(running)
  const { STOPPED_AT, IN_TRANSIT_TO } = rt.VehiclePosition.VehicleStopStatus
  return {
    trip: tripDescriptor(running.trip, rt.TripDescriptor.ScheduleRelationship.SCHEDULED),
    vehicle: { id: running.trip.vehicle, label: running.trip.vehicle },
    position: { latitude: lat, longitude: lon, bearing },
    currentStopSequence: running.next + 1,
    stopId: running.trip.stops[running.next]?.id,
    currentStatus: standing ? STOPPED_AT : IN_TRANSIT_TO,
    timestamp: at,
  }
}
