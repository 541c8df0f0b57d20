import { type Revision, lineScope } from '#domain/disruption'
import { textOrFallback } from '#messages/chooseText'
import { both, clock, disruption, lines, revision, section, tell } from './stories'

const late = revision({ scopes: [lineScope('tram-3', 0)], delayMin: 610, delayMax: 880, estimatedEnd: clock(9, 30) })

describe('a whole message', () => {
  test('delay: line and direction, minutes, until when, the way out, the cause, as of when', () => {
    expect(both(disruption([late]))).toEqual({
      en: 'Tram 3 towards Nord: 10–15 min late until about 09:30. Use Bus 12 from Markt and U6 from Hbf. Reason not known yet. As of 09:02.',
      de: 'Tram 3 Richtung Nord: 10–15 Min. später bis ca. 9:30 Uhr. Nutzen Sie Bus 12 ab Markt und U6 ab Hbf. Ursache noch unklar. Stand 9:02.',
    })
  })

  test('the headline stands alone', () => {
    expect(tell(disruption([late]), 'en').headline).toBe('Tram 3 towards Nord: 10–15 min late')
  })

  test('cancelled: one trip', () => {
    const trip = { departure: clock(9, 42), from: 'Süd', towards: 'Hbf', direction: 0 }
    const one = revision({ scopes: [lineScope('rail-s1', 0)], effect: 'NO_SERVICE', cancelled: [trip] })
    expect(both(disruption([one], { rule: 'CANCELLED', cause: 'TECHNICAL_PROBLEM' }))).toEqual({
      en: 'S1 09:42 Süd → Hbf does not run. Reason: technical fault. As of 09:02.',
      de: 'S1 um 9:42 Uhr Süd → Hbf fällt aus. Grund: technische Störung. Stand 9:02.',
    })
  })

  test('cancelled: many trips, a bounded list', () => {
    const trips = Array.from({ length: 8 }, (_, i) => ({ departure: clock(10, i * 10), from: 'Süd', towards: 'Hbf', direction: 0 }))
    const many = both(disruption([revision({ scopes: [lineScope('rail-s1')], cancelled: trips })], { cause: 'STRIKE' }))
    expect(many.en).toMatch(/^S1: 8 trips do not run: 10:00 Süd → Hbf, 10:10 .*, 10:40 Süd → Hbf, 3 more\. Reason: strike\. As of 09:02\.$/)
    expect(many.de).toMatch(/^S1: 8 Fahrten fallen aus: 10:00 Süd → Hbf, .*, 10:40 Süd → Hbf, 3 weitere\. Grund: Streik\. Stand 9:02\.$/)
  })

  test('detour with stops left out', () => {
    const scopes = ['s1', 's3'].map((stop) => ({ ...lineScope('bus-12'), stop }))
    const detour = revision({ scopes, effect: 'DETOUR', declaredEnd: clock(18) })
    expect(both(disruption([detour], { rule: 'NOTICE', origin: 'DECLARED', cause: 'CONSTRUCTION' }))).toEqual({
      en: 'Bus 12 both ways: detour, no stop at Markt and Messe until 18:00. Reason: roadworks. As of 09:02.',
      de: 'Bus 12 beide Richtungen: Umleitung, kein Halt Markt und Messe bis 18 Uhr. Grund: Bauarbeiten. Stand 9:02.',
    })
  })

  test('no service on a section: alternatives that are disrupted themselves are not offered; an unknown end is said', () => {
    const stopped = revision({ scopes: [section(lineScope('tram-3'), 's2', 's3')], effect: 'NO_SERVICE', nextUpdate: clock(10) })
    const d = disruption([stopped], { rule: 'NOTICE', origin: 'DECLARED', cause: 'ACCIDENT' })
    expect(both(d, { disrupted: (id) => id === 'bus-12' })).toEqual({
      en: 'Tram 3 both ways: no service Hbf–Messe. End not known yet; next update 10:00. Use U6 from Hbf. Reason: accident. As of 09:02.',
      de: 'Tram 3 beide Richtungen: kein Betrieb Hbf–Messe. Ende noch unklar; nächste Info 10 Uhr. Nutzen Sie U6 ab Hbf. Grund: Unfall. Stand 9:02.',
    })
    expect(both(d, { disrupted: () => true }).en).toContain('No other line nearby.')
  })

  test('a line that does not run at this hour of the operator is no way out', () => {
    const nightBus = (hours: number) => (id: string) => lines.map((l) => (l.id === 'bus-12' ? { ...l, hours } : l)).find((l) => l.id === id)
    const at = (now: number, hours: number) => tell(disruption([late]), 'en', { now, lineOf: nightBus(hours) }).body.match(/Use [^.]*/)?.[0]
    const night = (1 << 23) | 0b11_0111
    expect([at(clock(9, 59), night), at(clock(23), night), at(clock(3, 0, 1), night), at(clock(9), 0), at(clock(9), 1 << 9)]).toEqual([
      'Use U6 from Hbf',
      'Use Bus 12 from Markt and U6 from Hbf',
      'Use U6 from Hbf',
      'Use Bus 12 from Markt and U6 from Hbf',
      'Use Bus 12 from Markt and U6 from Hbf',
    ])
  })

  test('an end on another day has its date', () => {
    const lift = revision({
      scopes: [{ ...lineScope('tram-3'), stop: 's2' }],
      effect: 'ACCESSIBILITY_ISSUE',
      declaredEnd: clock(18, 0, 127),
    })
    expect(both(disruption([lift], { rule: 'NOTICE', origin: 'DECLARED', cause: 'MAINTENANCE' }))).toEqual({
      en: 'Tram 3 both ways: not step-free at Hbf until 19:00 on 12 May. Reason: maintenance. As of 09:02.',
      de: 'Tram 3 beide Richtungen: nicht stufenfrei Halt Hbf bis 12. Mai, 19 Uhr. Grund: Wartung. Stand 9:02.',
    })
  })

  test("the operator's own alert goes on in the reader's language, else in the one there is, with what it does not say", () => {
    const own = {
      rule: 'ALERT',
      origin: 'FEED',
      texts: [{ language: 'de-DE', text: 'Feuerwehreinsatz am Markt.\nBitte weiträumig umfahren.' }],
    } as const
    expect(both(disruption([revision({ effect: 'OTHER_EFFECT' })], own))).toEqual({
      en: 'Tram 3: Feuerwehreinsatz am Markt.\nBitte weiträumig umfahren. End not known yet. As of 09:02.',
      de: 'Tram 3: Feuerwehreinsatz am Markt.\nBitte weiträumig umfahren. Ende noch unklar. Stand 9:02.',
    })
  })

  test("a notice: staff's text for its language, the generated one for the other", () => {
    const texts = [{ language: 'de', text: 'Tram 3 fährt heute nicht, Oberleitung defekt.' }]
    const d = disruption([revision({ effect: 'NO_SERVICE', declaredEnd: clock(12) })], {
      rule: 'NOTICE',
      origin: 'DECLARED',
      texts,
      cause: 'OTHER_CAUSE',
    })
    expect(both(d)).toEqual({
      en: 'Tram 3 both ways: no service until 12:00. Use Bus 12 from Markt and U6 from Hbf. As of 09:02.',
      de: 'Tram 3 fährt heute nicht, Oberleitung defekt. Bis 12 Uhr. Stand 9:02.',
    })
  })

  test('the whole network and several lines', () => {
    const ice = revision({ scopes: [], effect: 'NO_SERVICE' })
    expect(tell(disruption([ice], { cause: 'WEATHER' }), 'de').headline).toBe('Verkehrsbetriebe Lindenau, alle Linien: kein Betrieb')
    const two = revision({ scopes: [lineScope('tram-3'), lineScope('bus-12')], effect: 'REDUCED_SERVICE' })
    expect(tell(disruption([two]), 'en').headline).toBe('Tram 3 and Bus 12: fewer trips')
  })
})

describe('an update tells what is new', () => {
  test('delay: now, and what it was before', () => {
    const worse = revision({ ...late, number: 2, at: clock(9, 20), delayMin: 1200, delayMax: 1790, estimatedEnd: clock(10) })
    expect(both(disruption([late, worse]), { told: 1, now: clock(9, 20) })).toEqual({
      en: 'Update: Tram 3 towards Nord: now 20–30 min late (before: 10–15 min late) until about 10:00. Use Bus 12 from Markt and U6 from Hbf. As of 09:20.',
      de: 'Update: Tram 3 Richtung Nord: jetzt 20–30 Min. später (bisher 10–15 Min. später) bis ca. 10 Uhr. Nutzen Sie Bus 12 ab Markt und U6 ab Hbf. Stand 9:20.',
    })
  })

  test('cancelled: only the trips not told yet', () => {
    const trip = (m: number) => ({ departure: clock(9, m), from: 'Süd', towards: 'Hbf', direction: 0 })
    const first = revision({ scopes: [lineScope('rail-s1')], cancelled: [trip(42)] })
    const second = revision({ ...first, number: 2, at: clock(9, 30), cancelled: [trip(42), trip(57)] })
    expect(tell(disruption([first, second]), 'en', { told: 1 }).body).toBe('Update: S1 09:57 Süd → Hbf does not run. As of 09:30.')
  })
})

test('the all-clear starts with its words and says since when', () => {
  const closed = revision({ ...late, number: 2, at: clock(14, 20), closing: true })
  expect(both(disruption([late, closed]), { told: 1, now: clock(14, 20) })).toEqual({
    en: 'All clear: Tram 3 towards Nord runs as planned again since 14:20.',
    de: 'Störung beendet: Tram 3 Richtung Nord fährt seit 14:20 Uhr wieder nach Plan.',
  })
})

test('the all-clear of a whole line, of several lines, and of a topic', () => {
  const over = (scopes: Revision['scopes']) =>
    both(disruption([late, revision({ number: 2, at: clock(14, 20), scopes, closing: true })]), { told: 1 })
  expect(over([lineScope('tram-3')]).de).toBe('Störung beendet: Tram 3 fährt seit 14:20 Uhr wieder nach Plan.')
  expect(over([lineScope('tram-3'), lineScope('bus-12')]).en).toBe('All clear: Tram 3 and Bus 12 run as planned again since 14:20.')
  expect(over([{ ...lineScope(''), topic: 'Feinstaubalarm' }]).de).toBe('Störung beendet: Feinstaubalarm seit 14:20 Uhr vorbei.')
})

test('the all-clear of a line that is disrupted otherwise does not say that it runs as planned', () => {
  const d = disruption([late, revision({ ...late, number: 2, at: clock(14, 20), closing: true })])
  expect(both(d, { told: 1, disrupted: (line) => line === 'tram-3' })).toEqual({
    en: 'All clear: Tram 3 towards Nord: “long delays” over since 14:20. Another disruption goes on: Tram 3.',
    de: 'Störung beendet: Tram 3 Richtung Nord: „große Verspätungen“ seit 14:20 Uhr vorbei. Eine andere Störung dauert an: Tram 3.',
  })
})

test('the all-clear of a lift does not say that trams run again, but that the lift does', () => {
  const broken = { effect: 'ACCESSIBILITY_ISSUE', scopes: [lineScope('tram-3'), lineScope('rail-s1')] } as const
  const revisions = [revision(broken), revision({ ...broken, number: 2, at: clock(14, 20), closing: true })]
  expect(both(disruption(revisions), { told: 1 }).en).toBe('All clear: Tram 3 and S1: “not step-free” over since 14:20.')
  const texts = [{ language: 'de', text: 'Hbf: Aufzug zu Gleis 2 defekt.\nBis Messe fahren.' }]
  expect(both(disruption(revisions, { rule: 'ALERT', origin: 'FEED', texts }), { told: 1 }).de).toBe(
    'Störung beendet: „Tram 3 und S1: Hbf: Aufzug zu Gleis 2 defekt“ seit 14:20 Uhr vorbei.',
  )
})

test('an own text: exactly the language, else its base, else one without a language, else the first', () => {
  const own = (...texts: [string, string][]) =>
    textOrFallback(
      texts.map(([language, text]) => ({ language, text })),
      'de',
    )
  expect(own(['en', 'a'], ['de-AT', 'b'], ['de', 'c'])).toBe('c')
  expect(own(['en', 'a'], ['', 'd'], ['de-AT', 'b'])).toBe('b')
  expect(own(['en', 'a'], ['', 'd'])).toBe('d')
  expect(own(['en', 'a'], ['fr', 'e'])).toBe('a')
  expect(own(['de', 'header'], ['de', 'description'], ['en', 'a'])).toBe('header\ndescription')
})

describe('foreign text', () => {
  const own = (text: string) =>
    tell(disruption([revision()], { rule: 'ALERT', origin: 'FEED', texts: [{ language: '', text }] }), 'en').body

  test('control characters, bidi overrides and lone surrogates are taken out, markup stays literal', () => {
    expect(own('Tram 3\u0000 \u202Eesrever\u202C \uD800 *[x](http://evil)* <b>\u0007')).toContain('Tram 3 esrever *[x](http://evil)* <b>. ')
  })

  test('100 KB are cut, and the end and the time still follow', () => {
    const body = own(`Tram 3 ${'sehr lange '.repeat(10_000)}`)
    expect(body.length).toBeLessThanOrEqual(500)
    expect(body).toMatch(/…( End not known yet\.) As of 09:02\.$/)
  })
})
