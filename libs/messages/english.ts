import type { ClockTime, Words } from './words'

const two = (n: number) => String(n).padStart(2, '0')
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'June', 'July', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec']
const clock = (t: ClockTime) => `${two(t.hour)}:${two(t.minute)}`
const dated = (t: ClockTime) => (t.date ? `${clock(t)} on ${t.date.day} ${months[t.date.month - 1]}` : clock(t))
const named = (word: string, name: string) => (/^\p{L}/u.test(name) ? name : `${word} ${name}`)

export const english: Words = {
  update: 'Update:',
  allClear: 'All clear:',
  and: 'and',
  more: (count) => `${count} more`,
  line(mode, name) {
    if (mode === 'TRAM') return `Tram ${name}`
    if (mode === 'BUS') return `Bus ${name}`
    if (mode === 'SUBWAY') return named('Metro', name)
    if (mode === 'RAIL') return named('Train', name)
    if (mode === 'FERRY') return named('Ferry', name)
    return `Line ${name}`
  },
  network: (operator) => `${operator}, all lines`,
  towards: (terminus) => `towards ${terminus}`,
  bothWays: 'both ways',
  section: (from, to) => `${from}–${to}`,
  at: (stop) => `at ${stop}`,
  effect: {
    UNKNOWN_EFFECT: 'disruption',
    NO_SERVICE: 'no service',
    REDUCED_SERVICE: 'fewer trips',
    SIGNIFICANT_DELAYS: 'long delays',
    DETOUR: 'detour',
    ADDITIONAL_SERVICE: 'extra trips',
    MODIFIED_SERVICE: 'changed trips',
    OTHER_EFFECT: 'disruption',
    STOP_MOVED: 'stop moved',
    NO_EFFECT: 'notice, trips run as planned',
    ACCESSIBILITY_ISSUE: 'not step-free',
  },
  late: (min, max) => (min === max ? `about ${max} min late` : min === 0 ? `up to ${max} min late` : `${min}–${max} min late`),
  now: (effect) => `now ${effect}`,
  before: (what) => `(before: ${what})`,
  noStopAt: (stops) => `no stop at ${stops}`,
  tripCancelled: (time, from, towards) => `${time} ${from} → ${towards} does not run`,
  tripsCancelled: (count, trips) => `${count} trips do not run: ${trips}`,
  trip: (time, from, towards) => `${time} ${from} → ${towards}`,
  time: dated,
  shortTime: dated,
  until: (time) => `until ${time}`,
  untilAbout: (time) => `until about ${time}`,
  endUnknown: 'End not known yet',
  nextUpdate: (time) => `next update ${time}`,
  use: (alternatives) => `Use ${alternatives}`,
  from: (line, stop) => `${line} from ${stop}`,
  noWayOut: 'No other line nearby',
  reason: (cause) => `Reason: ${cause}`,
  cause: {
    UNKNOWN_CAUSE: '',
    OTHER_CAUSE: '',
    TECHNICAL_PROBLEM: 'technical fault',
    STRIKE: 'strike',
    DEMONSTRATION: 'demonstration',
    ACCIDENT: 'accident',
    HOLIDAY: 'public holiday',
    WEATHER: 'weather',
    MAINTENANCE: 'maintenance',
    CONSTRUCTION: 'roadworks',
    POLICE_ACTIVITY: 'police operation',
    MEDICAL_EMERGENCY: 'medical emergency',
    SPECIAL_EVENT: 'event',
  },
  causeUnknown: 'Reason not known yet',
  asOf: (time) => `As of ${time}`,
  runsAgain: (since, several) => `${several ? 'run' : 'runs'} as planned again since ${since}`,
  over: (since) => `over since ${since}`,
  quoted: (text) => `“${text}”`,
  goesOn: (lines) => `Another disruption goes on: ${lines}`,
}
