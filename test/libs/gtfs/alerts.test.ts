import type { OperatorAlert } from '#domain/observation'
import type { Network } from '#gtfs/network'
import { cleanText, languageTag } from '#gtfs/alertText'
import { Snapshots } from '#gtfs/snapshots'
import { transit_realtime } from 'gtfs-realtime-bindings'
import fc from 'fast-check'
import { type Entity, feedOf } from './feedOf'
import { smallTownNetwork } from './smallTown'

const now = Date.parse('2026-01-16T08:50:00Z') / 1000
const { Effect, SeverityLevel } = transit_realtime.Alert

let network: Network
beforeAll(async () => void (network = await smallTownNetwork()))

const alert = (more: transit_realtime.IAlert, id = 'a1'): Entity => ({
  id,
  alert: {
    headerText: { translation: [{ text: 'Stau', language: 'de' }] },
    informedEntity: [{ routeId: 'R3' }],
    effect: Effect.DETOUR,
    ...more,
  },
})

function watching(more: object = {}) {
  const snapshots = new Snapshots({ operator: 'st', feed: 'al', epoch: 1, network, ...more })
  let time = now
  return (...entities: Entity[]) => {
    const snapshot = snapshots.take(feedOf((time += 30), entities), { receivedAtMs: time * 1000 })
    const alerts = snapshot.observations.flatMap((o) => (o.kind === 'alert' ? [o.alert] : []))
    return { alerts, counts: snapshot.counts }
  }
}

const one = (more: transit_realtime.IAlert): OperatorAlert | undefined => watching()(alert(more)).alerts[0]
const scopes = (...informedEntity: transit_realtime.IEntitySelector[]) =>
  one({ informedEntity })?.scopes.map((s) => [s.line, s.stop, s.direction].join('|'))

describe("an operator's alert", () => {
  it('is told once, again when it changes, and once when it is gone', () => {
    const next = watching()
    const [first] = next(alert({})).alerts
    expect(first).toMatchObject({ gone: false, effect: 'DETOUR', severity: 'WARNING', headers: [{ language: 'de', text: 'Stau' }] })
    expect(next(alert({})).alerts).toEqual([])
    expect(next(alert({}, 'another id')).alerts).toEqual([])
    const edited = next(alert({ headerText: { translation: [{ text: 'Stau, 20 min', language: 'de' }] } }, 'another id')).alerts
    expect(edited).toMatchObject([{ id: first?.id, gone: false, headers: [{ text: 'Stau, 20 min' }] }])
    expect(next(alert({ informedEntity: [{ routeId: 'B7' }] }, 'z')).alerts.map((a) => [a.gone, a.scopes[0]?.line])).toEqual([
      [false, 'bus-7'],
      [true, 'tram-3'],
    ])
  })

  it('is not gone when the snapshot is not believed', () => {
    const snapshots = new Snapshots({ operator: 'st', feed: 'al', epoch: 1, network })
    snapshots.take(feedOf(now, [alert({})]), { receivedAtMs: now * 1000 })
    expect(snapshots.take(feedOf(now + 30, []), { receivedAtMs: (now + 30) * 1000 }).observations.map((o) => o.kind)).toEqual(['tick'])
  })

  it('names lines and stops: fields of a selector together, selectors each for itself', () => {
    expect(scopes({ routeId: 'R3' })).toEqual(['tram-3||2'])
    expect(scopes({ routeId: 'R3', directionId: 1 }, { trip: { routeId: 'B7' } })).toEqual(['tram-3||1', 'bus-7||2'])
    expect(scopes({ routeId: 'R3', stopId: 'C' })).toEqual(['tram-3|C|2'])
    expect(scopes({ stopId: 'C' })?.sort()).toEqual(['bus-7|C|2', 'bus-ring-inner|C|2', 'tram-3|C|2'])
    expect(scopes({ stopId: 'SB' })?.sort()).toEqual(['bus-7|B2|2', 'bus-ring-inner|B2|2', 'tram-3|B1|2'])
    expect(scopes({ routeType: 3 })).toEqual(['bus-7||2', 'bus-ring-inner||2'])
    expect(scopes({ trip: { tripId: 't2' } })).toEqual(['tram-3||1'])
    expect(scopes({ agencyId: 'ST' })).toEqual([])
  })

  it('about something unknown reaches nobody, and is counted', () => {
    const { alerts, counts } = watching()(alert({ informedEntity: [{ routeId: 'R99' }] }))
    expect([alerts[0]?.scopes[0]?.line, counts.alerts, counts.warnings]).toEqual(['unknown-r99', 1, { ALERT_SELECTOR_UNKNOWN: 1 }])
  })

  it('is as severe as it says, else as its effect; without any selector it is information', () => {
    expect(one({ severityLevel: SeverityLevel.INFO, effect: Effect.NO_SERVICE })?.severity).toBe('INFO')
    expect([Effect.NO_SERVICE, Effect.SIGNIFICANT_DELAYS, Effect.OTHER_EFFECT].map((effect) => one({ effect })?.severity)).toEqual([
      'SEVERE',
      'WARNING',
      'INFO',
    ])
    expect(one({ effect: Effect.NO_SERVICE, informedEntity: [] })).toMatchObject({ severity: 'INFO', scopes: [] })
  })

  it.each<[string, transit_realtime.IAlert, string]>([
    ['a period that ends before it starts', { activePeriod: [{ start: 200, end: 100 }] }, 'ALERT_PERIOD_REVERSED'],
    ['a period in milliseconds', { activePeriod: [{ start: now * 1000 }] }, 'ALERT_PERIOD_IN_MILLISECONDS'],
    ['nothing to say', { headerText: undefined, effect: Effect.UNKNOWN_EFFECT }, 'ALERT_SAYS_NOTHING'],
  ])('with %s is rejected under a name, the others are used', (_, bad, reason) => {
    const { alerts, counts } = watching()(alert(bad, 'bad'), alert({ effect: Effect.STOP_MOVED }, 'good'))
    expect([alerts.map((a) => a.effect), counts.rejects]).toEqual([['STOP_MOVED'], { [reason]: 1 }])
  })
})

describe('the periods of an alert', () => {
  const [from, to] = [now + 3600, now + 7200]

  it('are those of impact; communication_period says when to tell', () => {
    const told = one({
      communicationPeriod: [{ start: now }],
      impactPeriod: [{ start: from, end: to }],
      activePeriod: [{ start: 1, end: 2 }],
    })
    expect([told?.periods, told?.communication]).toEqual([[{ start: from, end: to }], [{ start: now, end: 0 }]])
  })

  it('are those of active_period where the new ones are missing; then they say when to tell too', () => {
    const told = one({ activePeriod: [{ start: from, end: to }, { start: to + 60 }] })
    expect([told?.periods, told?.communication]).toEqual([[{ start: from, end: to }, { start: to + 60, end: 0 }], undefined]) // prettier-ignore
    expect(one({})?.periods).toEqual([])
  })

  it('that change are told, under the same id when only the telling moves', () => {
    const next = watching()
    const first = next(alert({ communicationPeriod: [{ start: now }] })).alerts[0]
    const second = next(alert({ communicationPeriod: [{ start: now + 60 }] })).alerts[0]
    expect([second?.id, second?.communication]).toEqual([first?.id, [{ start: now + 60, end: 0 }]])
  })
})

describe('an alert about single trips', () => {
  it('is less service in their direction, and not none on the line', () => {
    const told = one({ effect: Effect.NO_SERVICE, informedEntity: [{ trip: { tripId: 't1' } }] })
    expect(told).toMatchObject({ effect: 'REDUCED_SERVICE', severity: 'WARNING', scopes: [{ line: 'tram-3', direction: 0 }] })
    expect(one({ effect: Effect.NO_SERVICE, informedEntity: [{ trip: { tripId: 't1' } }, { routeId: 'R3' }] })?.effect).toBe('NO_SERVICE')
  })

  it('finds them by the id rule of its feed', () => {
    const next = watching({ tripIds: { cutAt: '#' } })
    expect(next(alert({ informedEntity: [{ trip: { tripId: 't2#9' } }] })).alerts[0]?.scopes).toMatchObject([
      { line: 'tram-3', direction: 1 },
    ])
  })
})

describe('an image', () => {
  it('is told by its alternative text, where nothing else describes the alert', () => {
    const image = { localizedImage: [{ url: 'https://example.org/map.png', mediaType: 'image/png' }] }
    const imageAlternativeText = { translation: [{ text: 'Map: trams turn at <b>Center</b>', language: 'en' }] }
    expect(one({ image, imageAlternativeText })?.descriptions).toEqual([{ language: 'en', text: 'Map: trams turn at Center' }])
    const described = { descriptionText: { translation: [{ text: 'Turns', language: 'en' }] } }
    expect(one({ image, imageAlternativeText, ...described })?.descriptions).toEqual([{ language: 'en', text: 'Turns' }])
  })
})

describe('an alert of a megabyte', () => {
  it('is rejected under a name', () => {
    const huge = alert({ descriptionText: { translation: [{ text: 'x'.repeat(1_100_000) }] } })
    expect(watching()(huge).counts.rejects).toEqual({ ALERT_TOO_LARGE: 1 })
  })
})

describe('texts', () => {
  it('lose their markup and what could deceive', () => {
    expect(cleanText('<p>Linie <b>3</b> f&auml;hrt&nbsp;nicht.</p><ul><li>A &amp; B</li></ul><script>alert(1)</script>', 500)).toBe(
      'Linie 3 fährt nicht.\n– A & B',
    )
    expect(cleanText('a\u0000b\u202Ec\uD800d\uFFFD', 50)).toBe('abcd')
    expect(cleanText('1 < 2 und 3 > 2', 50)).toBe('1 < 2 und 3 > 2')
    expect(cleanText('word '.repeat(100), 50).length).toBeLessThanOrEqual(50)
    expect(['EN', 'en_us', 'en-html', 'deutsch', ''].map(languageTag)).toEqual(['en', 'en-US', 'en', '', ''])
  })

  it('are clean for good: cleaning again changes nothing, and never a lone surrogate', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 5, max: 40 }), (text, max) => {
        const clean = cleanText(text, max)
        expect(clean.isWellFormed() && clean.length <= max).toBe(true)
      }),
    )
  })

  it('come in each language once', () => {
    const translation = [
      { text: '<b>Hi</b>', language: 'en-html' },
      { text: 'Hi', language: 'EN' },
      { text: 'Hallo', language: 'de' },
      { text: '', language: 'fr' },
    ]
    expect(one({ headerText: { translation } })?.headers).toEqual([
      { language: 'en', text: 'Hi' },
      { language: 'de', text: 'Hallo' },
    ])
  })
})
