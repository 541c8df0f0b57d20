import { type Address, type ChannelName, type Rider, type Subscription, lineScopeKey } from '#domain/rider'
import { keysFrom } from '#service/keys'
import { seededRandom } from '#service/randoms'

export const operator = 'lindenau'
const lineCount = 200
const keys = keysFrom(Buffer.alloc(32, 7))

/** An address of a length as it is in life, and its consent's source. */
const samples: Readonly<Record<Exclude<ChannelName, 'NONE'>, (n: number) => readonly [address: string, source: string]>> = {
  TELEGRAM: (n) => [`${1_000_000_000 + n * 7}`, 'chat:telegram'],
  EMAIL: (n) => [`first.last${n}@example.org`, 'web'],
  WEBHOOK: (n) => [`https://hooks.example.org/linienfunk/${n.toString(36).padStart(12, '0')}`, 'api'],
}

export type Messenger = keyof typeof samples

/** Riders as the gateway writes them: two lines each, by Zipf's law over 200 lines, more than half with a weekly window. */
export function peopleOf(channel: Messenger): (number: number) => Rider {
  const random = seededRandom(`memory ${channel}`)
  const weights = Array.from({ length: lineCount }, (_, i) => 1 / (i + 1))
  const total = weights.reduce((a, b) => a + b)
  const line = (): number => {
    let left = random.next() * total
    return Math.max(
      0,
      weights.findIndex((w) => (left -= w) < 0),
    )
  }
  return (number) => {
    const [text, source] = samples[channel](number)
    const hash = keys.hash(operator, channel, text)
    const id = `r${hash.toString('hex').slice(0, 24)}`
    const address: Address = { channel, sealed: keys.seal(operator, id, text), hash, confirmed: true, stopped: false }
    const first = line()
    const second = line()
    const quarter = 300 + Math.floor(random.next() * 60) * 15
    const windows = random.next() < 0.6 ? [{ days: 31, from: quarter, until: quarter + 120 }] : []
    const subscriptions = [first, second === first ? (first + 1) % lineCount : second].map((at) => subscriptionTo(at, channel, windows))
    const consents = [{ at: 1_760_000_000, source, given: true }]
    return {
      operator,
      id,
      number,
      language: number % 5 ? 'de' : 'en',
      addresses: [address],
      subscriptions,
      consents,
      pausedUntil: 0,
      createdAt: 1_760_000_000,
    }
  }
}

const subscriptionTo = (line: number, channel: ChannelName, windows: Subscription['windows']): Subscription => ({
  scope: lineScopeKey(`tram-${line + 1}`), direction: 2, fromStop: '', toStop: '', windows, minSeverity: 'INFO', minDelay: 5, channel,
  fromHour: 0, untilHour: 0,
}) // prettier-ignore
