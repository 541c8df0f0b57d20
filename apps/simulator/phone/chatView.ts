import type { Button } from './inbox'
import { type Person, people } from './people'
import { type Phone, personNamed } from './phone'
import type { TelegramUpdate } from './wire'

/** One bubble on the phone's screen. */
export interface Bubble {
  readonly id: string
  /** Epoch seconds. */
  readonly at: number
  readonly operator: string
  readonly mine: boolean
  readonly text: string
  readonly buttons: readonly Button[]
}

export interface ChatView {
  readonly person: string
  readonly bubbles: readonly Bubble[]
  /** Operators whose bot is blocked. */
  readonly blocked: readonly string[]
  /** Messages ever received, by person: tells of news in the other chat. */
  readonly counts: Readonly<Record<string, number>>
}

const shown = 60

/** Who is named, else the one who speaks the language of the page. */
export const knownPerson = (name: string | undefined, language: Person['language'] = 'de'): Person =>
  personNamed(name ?? '') ?? people.find((p) => p.language === language) ?? (people[0] as Person)

/** The newest bubbles of a person's chats, oldest first. */
export function chatView(phone: Phone, person: Person): ChatView {
  const bubbles = [...received(phone, person), ...said(phone, person)].sort((a, b) => a.at - b.at || Number(b.mine) - Number(a.mine))
  return {
    person: person.name,
    bubbles: bubbles.slice(-shown),
    blocked: phone.bots.map((b) => b.operator).filter((operator) => phone.isBlocked(operator, person.chat)),
    counts: Object.fromEntries(people.map((p) => [p.name, phone.messages().filter((m) => m.chat === p.chat).length])),
  }
}

const received = (phone: Phone, person: Person): Bubble[] =>
  phone
    .messages()
    .filter((m) => m.chat === person.chat)
    .slice(-shown)
    .map((m) => ({ id: `r${m.id}`, at: Date.parse(m.at) / 1000, operator: m.operator, mine: false, text: m.text, buttons: m.buttons }))

const said = (phone: Phone, person: Person): Bubble[] =>
  phone
    .written()
    .flatMap(({ operator, update }) => {
      const what = whatWasSaid(update, person)
      return what ? [{ id: `w${operator}${update.update_id}`, at: what.at, operator, mine: true, text: what.text, buttons: [] }] : []
    })
    .slice(-shown)

const blockedWords = {
  de: { kicked: '⊘ Bot blockiert', member: '✓ Bot zugelassen' },
  en: { kicked: '⊘ bot blocked', member: '✓ bot allowed' },
}

/** undefined: of somebody else, or the press of a button, which leaves no bubble. */
function whatWasSaid({ message, my_chat_member: change }: TelegramUpdate, person: Person): { at: number; text: string } | undefined {
  if (message?.chat.id === person.chat) return { at: message.date, text: message.text }
  if (change?.chat.id !== person.chat) return undefined
  const words = blockedWords[person.language]
  return { at: change.date, text: change.new_chat_member.status === 'kicked' ? words.kicked : words.member }
}
