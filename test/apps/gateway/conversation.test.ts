import type { Line } from '#domain/line'
import type { Language } from '#domain/operator'
import type { Rider } from '#domain/rider'
import { answer } from '../../../apps/gateway/chat/conversation'
import { allLine, stopped, subscribed } from '../../../apps/gateway/riders/edits'
import { byName } from '../../../apps/gateway/copies/lineOrder'
import { linesOf } from './harness'

const bus3 = { ...(linesOf('lindenau')[1] as Line), id: 'bus-3', name: '3' }
const lines = linesOf('lindenau').sort(byName)
const fresh: Rider = {
  operator: 'lindenau',
  id: 'r1',
  number: 1,
  language: 'de',
  subscriptions: [],
  consents: [],
  pausedUntil: 0,
  createdAt: 1,
  addresses: [{ channel: 'TELEGRAM', sealed: Buffer.of(1), hash: Buffer.of(2), confirmed: true, stopped: false }],
}
const rider = subscribed(fresh, [allLine('tram-3', 'TELEGRAM'), allLine('subway-u6', 'TELEGRAM')], 5, 'chat:telegram')

const table: readonly [string, Rider | undefined, object, RegExp, RegExp][] = [
  ['/start', undefined, { kind: 'start' }, /Willkommen/, /Welcome/],
  ['START', stopped(rider, 9, 'x'), { kind: 'start' }, /zurück.*U6.*Tram 3/, /back.*U6.*Tram 3/],
  ['U6', undefined, { kind: 'subscribe', lines: ['subway-u6'] }, /U6/, /U6/],
  ['3', undefined, { kind: 'subscribe', lines: ['tram-3'] }, /Tram 3/, /Tram 3/],
  ['3, U6 12', undefined, { kind: 'subscribe', lines: ['tram-3', 'subway-u6', 'bus-12'] }, /U6, Tram 3, Bus 12/, /U6, Tram 3, Bus 12/],
  ['linie u 6 und tram 3', undefined, { kind: 'subscribe', lines: ['subway-u6', 'tram-3'] }, /U6/, /U6/],
  ['START 12', undefined, { kind: 'subscribe', lines: ['bus-12'] }, /Bus 12/, /Bus 12/],
  ['STOP U6', rider, { kind: 'unsubscribe', lines: ['subway-u6'] }, /U6.*Tram 3/, /U6.*Tram 3/],
  ['STOP', rider, { kind: 'stop' }, /Angehalten/, /Stopped/],
  ['stopp', rider, { kind: 'stop' }, /Angehalten/, /Stopped/],
  ['Arrêt', rider, { kind: 'stop' }, /Angehalten/, /Stopped/],
  ['ARRET bitte!', rider, { kind: 'stop' }, /Angehalten/, /Stopped/],
  ['/stop@lindenau_bot', rider, { kind: 'stop' }, /Angehalten/, /Stopped/],
  ['stop', stopped(rider, 9, 'x'), { kind: 'stop' }, /Angehalten/, /Stopped/],
  ['STOP 99', rider, { kind: 'none' }, /kenne ich nicht/, /do not know/],
  ['/lines', rider, { kind: 'none' }, /Ihre Linien: U6, Tram 3.*\n.*Bus 12/, /Your lines: U6, Tram 3.*\n.*Bus 12/],
  ['/pause', rider, { kind: 'pause', days: 1 }, /1 Tag/, /1 day/],
  ['/pause 7', rider, { kind: 'pause', days: 7 }, /7 Tage/, /7 days/],
  ['/pause off', rider, { kind: 'resume' }, /wieder an/, /on again/],
  ['/lang en', rider, { kind: 'language', language: 'en' }, /English/, /English/],
  ['/lang xx', rider, { kind: 'none' }, /\/lang de/, /\/lang de/],
  ['/mydata', rider, { kind: 'none' }, /\{manage\}/, /\{manage\}/],
  ['/mydata', undefined, { kind: 'none' }, /nichts/, /nothing/],
  ['/help', undefined, { kind: 'none' }, /STOP U6/, /STOP U6/],
  ['U66', undefined, { kind: 'none' }, /U6/, /U6/],
  ['I take the 3 to work every day', undefined, { kind: 'none' }, /Meinten Sie Tram 3/, /Did you mean Tram 3/],
  ['hello', undefined, { kind: 'none' }, /Linien/, /lines/],
]

test.each(table)('%s', (text, who, change, german, english) => {
  const de = answer(text, who && { ...who, language: 'de' }, lines, 'de')
  const en = answer(text, who && { ...who, language: 'en' }, lines, 'en')
  expect(de.change).toMatchObject(change)
  expect(en.change).toMatchObject(change)
  expect(de.reply).toMatch(german)
  expect(en.reply).toMatch(english)
  expect(Math.max(de.reply.length, en.reply.length)).toBeLessThan(400)
})

test('two lines of one name are asked back, and told apart by their kind', () => {
  const both = [...lines, bus3]
  expect(answer('3', undefined, both, 'en')).toMatchObject({ change: { kind: 'none' }, reply: expect.stringContaining('Tram 3 or Bus 3') })
  expect(answer('bus 3', undefined, both, 'en').change).toEqual({ kind: 'subscribe', lines: ['bus-3'] })
})

test('what was chosen on the web comes in with /start, in its language', () => {
  const choice = { subscriptions: [allLine('bus-12', 'TELEGRAM')], language: 'en' as Language }
  expect(answer('/start 0123', undefined, lines, 'de', choice)).toEqual({
    reply: expect.stringContaining('Your lines: Bus 12'),
    change: { kind: 'start', choice },
  })
})

/** A script outside tells alerts from answers by these. */
const alertWords = /min|late|delay|until|bis|gap|verspät|no service|fällt aus|detour|umleitung/i

test('no answer reads like an alert', () => {
  for (const [text, who] of table)
    for (const language of ['de', 'en'] as const) {
      const { reply } = answer(text, who && { ...who, language }, lines, language)
      expect(reply).not.toMatch(alertWords)
    }
})
