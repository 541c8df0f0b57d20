import type { ClockTime, Words } from './words'

const two = (n: number) => String(n).padStart(2, '0')
const months = ['Januar', 'Februar', 'März', 'April', 'Mai', 'Juni', 'Juli', 'August', 'September', 'Oktober', 'November', 'Dezember']
const dated = (t: ClockTime, clock: string) => (t.date ? `${t.date.day}. ${months[t.date.month - 1]}, ${clock}` : clock)
const named = (word: string, name: string) => (/^\p{L}/u.test(name) ? name : `${word} ${name}`)

export const german: Words = {
  update: 'Update:',
  allClear: 'Störung beendet:',
  and: 'und',
  more: (count) => `${count} weitere`,
  line(mode, name) {
    if (mode === 'TRAM') return `Tram ${name}`
    if (mode === 'BUS') return `Bus ${name}`
    if (mode === 'SUBWAY') return named('U-Bahn', name)
    if (mode === 'RAIL') return named('Zug', name)
    if (mode === 'FERRY') return named('Fähre', name)
    return `Linie ${name}`
  },
  network: (operator) => `${operator}, alle Linien`,
  towards: (terminus) => `Richtung ${terminus}`,
  bothWays: 'beide Richtungen',
  section: (from, to) => `${from}–${to}`,
  at: (stop) => `Halt ${stop}`,
  effect: {
    UNKNOWN_EFFECT: 'Störung',
    NO_SERVICE: 'kein Betrieb',
    REDUCED_SERVICE: 'weniger Fahrten',
    SIGNIFICANT_DELAYS: 'große Verspätungen',
    DETOUR: 'Umleitung',
    ADDITIONAL_SERVICE: 'zusätzliche Fahrten',
    MODIFIED_SERVICE: 'geänderte Fahrten',
    OTHER_EFFECT: 'Störung',
    STOP_MOVED: 'Halt verlegt',
    NO_EFFECT: 'Hinweis, Fahrten nach Plan',
    ACCESSIBILITY_ISSUE: 'nicht stufenfrei',
  },
  late: (min, max) => (min === max ? `ca. ${max} Min. später` : min === 0 ? `bis zu ${max} Min. später` : `${min}–${max} Min. später`),
  now: (effect) => `jetzt ${effect}`,
  before: (what) => `(bisher ${what})`,
  noStopAt: (stops) => `kein Halt ${stops}`,
  tripCancelled: (time, from, towards) => `um ${time} ${from} → ${towards} fällt aus`,
  tripsCancelled: (count, trips) => `${count} Fahrten fallen aus: ${trips}`,
  trip: (time, from, towards) => `${time} ${from} → ${towards}`,
  time: (t) => dated(t, t.minute === 0 ? `${t.hour} Uhr` : `${t.hour}:${two(t.minute)} Uhr`),
  shortTime: (t) => dated(t, `${t.hour}:${two(t.minute)}`),
  until: (time) => `bis ${time}`,
  untilAbout: (time) => `bis ca. ${time}`,
  endUnknown: 'Ende noch unklar',
  nextUpdate: (time) => `nächste Info ${time}`,
  use: (alternatives) => `Nutzen Sie ${alternatives}`,
  from: (line, stop) => `${line} ab ${stop}`,
  noWayOut: 'Keine andere Linie in der Nähe',
  reason: (cause) => `Grund: ${cause}`,
  cause: {
    UNKNOWN_CAUSE: '',
    OTHER_CAUSE: '',
    TECHNICAL_PROBLEM: 'technische Störung',
    STRIKE: 'Streik',
    DEMONSTRATION: 'Demonstration',
    ACCIDENT: 'Unfall',
    HOLIDAY: 'Feiertag',
    WEATHER: 'Wetter',
    MAINTENANCE: 'Wartung',
    CONSTRUCTION: 'Bauarbeiten',
    POLICE_ACTIVITY: 'Polizeieinsatz',
    MEDICAL_EMERGENCY: 'medizinischer Notfall',
    SPECIAL_EVENT: 'Veranstaltung',
  },
  causeUnknown: 'Ursache noch unklar',
  asOf: (time) => `Stand ${time}`,
  runsAgain: (since, several) => `${several ? 'fahren' : 'fährt'} seit ${since} wieder nach Plan`,
  over: (since) => `seit ${since} vorbei`,
  quoted: (text) => `„${text}“`,
  goesOn: (lines) => `Eine andere Störung dauert an: ${lines}`,
}
