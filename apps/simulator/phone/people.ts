/** The people whose phone is built in. A private chat has the id of its person, with every bot, as in Telegram. */
export interface Person {
  readonly chat: number
  readonly name: string
  /** Telegram's language_code. */
  readonly language: 'de' | 'en'
  /** What they write to each operator's bot at the very first start, in this order. */
  readonly opening: Readonly<Record<string, readonly string[]>>
}

export const people: readonly Person[] = [
  { chat: 1001, name: 'Anna', language: 'de', opening: { lindenau: ['/start', '3, 12, U6, 1'] } },
  { chat: 1002, name: 'Ben', language: 'en', opening: { lindenau: ['/start', '3, U6, 5, S1'], seebach: ['/start 21'] } },
]

export const findPerson = (chat: number): Person | undefined => people.find((p) => p.chat === chat)

export interface Bot {
  readonly operator: string
  readonly token: string
  /** Without @. */
  readonly username: string
  readonly title: string
}

/** Made-up tokens, good for the built-in phone only. */
export const demoBots: readonly Bot[] = [
  { operator: 'lindenau', token: '1001:demo-lindenau-is-no-secret', username: 'linienfunk_lindenau_bot', title: 'Linienfunk Lindenau' },
  { operator: 'seebach', token: '1002:demo-seebach-is-no-secret', username: 'linienfunk_seebach_bot', title: 'Linienfunk Seebach' },
]
