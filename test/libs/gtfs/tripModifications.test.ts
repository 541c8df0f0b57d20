import type { Network } from '#gtfs/network'
import type { transit_realtime } from 'gtfs-realtime-bindings'
import { type Entity, feedOf, late, tripUpdate } from './feedOf'
import { smallTownNetwork } from './smallTown'
import { now, told, watch } from './watch'

let town: Network
beforeAll(async () => void (town = await smallTownNetwork()))

const trip = tripUpdate({ tripId: 't1', startDate: '20260116' }, [late(10, 60)])
const span: transit_realtime.TripModifications.IModification = {
  startStopSelector: { stopSequence: 20 },
  endStopSelector: { stopId: 'C' },
  serviceAlertId: 'works',
}
const detour = (modification: transit_realtime.TripModifications.IModification = span, more: object = {}): Entity => ({
  id: 'm1',
  tripModifications: { selectedTrips: [{ tripIds: ['t1', 'nobody'] }], modifications: [modification], ...more },
})
const stopsWith = (...entities: Entity[]) => told(town, watch(town)(feedOf(now, [trip, ...entities])).trips[0])

describe('a detour', () => {
  it('leaves out the stops of its span, in whatever way they are named', () => {
    expect(stopsWith(detour())).toBe('A60 B1x Cx D60')
    expect(stopsWith(detour({ startStopSelector: { stopId: 'C' }, endStopSelector: { stopId: 'C' } }))).toBe('A60 B160 Cx D60')
  })

  it('serves a stop that is among its own replacements, and all of them when it only adds stops', () => {
    expect(stopsWith(detour({ ...span, replacementStops: [{ stopId: 'B1' }, { stopId: 'NEW' }] }))).toBe('A60 B160 Cx D60')
    expect(stopsWith(detour({ startStopSelector: { stopSequence: 20 }, replacementStops: [{ stopId: 'NEW' }] }))).toBe('A60 B160 C60 D60')
  })

  it('holds for its trips on its days', () => {
    expect(stopsWith(detour(span, { serviceDates: ['20260117'] }))).toBe('A60 B160 C60 D60')
    expect(stopsWith(detour(span, { serviceDates: ['20260116'] }))).toBe('A60 B1x Cx D60')
    expect(stopsWith(detour(span, { selectedTrips: [{ tripIds: ['t2'] }] }))).toBe('A60 B160 C60 D60')
  })

  it('comes and goes although the trip’s own bytes stay the same', () => {
    const poll = watch(town)
    const steps = [[trip], [trip, detour()], [trip, detour()], [trip]].map((entities, i) =>
      poll(feedOf(now + i * 30, entities), now + i * 30),
    )
    expect(steps.map((s) => s.trips.map((t) => told(town, t)))).toEqual([
      ['A60 B160 C60 D60'],
      ['A60 B1x Cx D60'],
      [],
      ['A60 B160 C60 D60'],
    ])
  })

  it('gives its alert the stops that it leaves out, if the alert names none', () => {
    const alert = (informedEntity: transit_realtime.IEntitySelector[]): Entity => ({
      id: 'works',
      alert: { headerText: { translation: [{ text: 'Umleitung' }] }, effect: 4, informedEntity },
    })
    const scopes = (entity: Entity) =>
      watch(town)(feedOf(now, [detour(), entity])).alerts[0]?.scopes.map((s) => [s.line, s.stop, s.direction].join())
    expect([scopes(alert([])), scopes(alert([{ routeId: 'B7' }]))]).toEqual([['tram-3,B1,0', 'tram-3,C,0'], ['bus-7,,2']]) // prettier-ignore
  })
})
