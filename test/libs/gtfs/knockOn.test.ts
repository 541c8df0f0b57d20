import type { Network } from '#gtfs/network'
import { type Entity, feedOf, late, tripUpdate } from './feedOf'
import { smallTown, smallTownNetwork } from './smallTown'
import { now, told, watch } from './watch'

/** The vehicle of t1 (10:00–10:30) runs t2 back at 11:00, and later t4; the bus has a block of its own. */
let town: Network
beforeAll(async () => {
  town = await smallTownNetwork('st', {
    'trips.txt':
      'route_id,service_id,trip_id,trip_headsign,direction_id,block_id\n' +
      'R3,ALL,t1,Dorf,0,k1\nR3,ALL,t2,Am Ende,1,k1\nR3,ALL,t4,Dorf,0,k1\nR3N,ALL,t3,Dorf,0,\nB7,WK,b1,Center,0,k2\nRING,ALL,ring,,0,\n',
    'stop_times.txt': `${smallTown['stop_times.txt']}t4,12:00:00,12:00:00,A,1,0\nt4,12:30:00,12:30:00,D,2,0\n`,
  })
})

const trip = (tripId: string, delay: number, scheduleRelationship = 0): Entity =>
  tripUpdate({ tripId, startDate: '20260116', scheduleRelationship }, [tripId === 't1' ? late(10, delay) : late(1, delay)])
const shown = (...entities: Entity[]) =>
  watch(town)(feedOf(now, entities)).trips.map((t) => `${t.tripId} ${t.relation} ${told(town, t)}`).sort() // prettier-ignore

describe('a vehicle that comes in late', () => {
  it('leaves late with the next trip of its block, and only with the next', () => {
    expect(shown(trip('t1', 2400))).toEqual(['t1 SCHEDULED A2400 B12400 C2400 D2400', 't2 SCHEDULED D600 C600 B1600 A600'])
  })

  it('leaves on time when the layover is long enough', () => expect(shown(trip('t1', 1500))).toHaveLength(1))

  it.each([
    ['a delay', trip('t2', 0)],
    ['no prediction', tripUpdate({ tripId: 't2', startDate: '20260116' }, [])],
    ['a cancellation', trip('t2', 0, 3)],
    ['that it is deleted', trip('t2', 0, 7)],
  ])('is no reason to say anything of a trip of which the feed says %s', (_, entity) => {
    expect(shown(trip('t1', 2400), entity).filter((t) => t.startsWith('t2') && t.includes('600'))).toEqual([])
  })

  it('changes nothing while it is as late as before, and takes the knock-on back when it catches up', () => {
    const poll = watch(town)
    const step = (s: number, delay: number) => {
      const { trips, gone } = poll(feedOf(now + s, [trip('t1', delay)]), now + s)
      return [trips.map((t) => t.tripId), gone]
    }
    expect([step(0, 2400), step(30, 2400), step(60, 60)]).toEqual([[['t1', 't2'], []], [[], []], [['t1'], ['t2/20260116']]]) // prettier-ignore
  })
})
