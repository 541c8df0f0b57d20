import type { Bot, Person } from './people'
import { people } from './people'
import type { Entry } from './outbox'
import type { TelegramChat, TelegramUpdate, TelegramUser } from './wire'

export const userOf = (person: Person): TelegramUser => ({
  id: person.chat,
  is_bot: false,
  first_name: person.name,
  language_code: person.language,
})

export const chatOf = (person: Person): TelegramChat => ({ id: person.chat, type: 'private', first_name: person.name })

/** Bots have ids too; ours are far from the people's. */
export const botUser = (bot: Bot, index: number): TelegramUser => ({
  id: 7_000_001 + index,
  is_bot: true,
  first_name: bot.title,
  username: bot.username,
})

/** A person writes to a bot. Commands are marked as Telegram marks them. */
export function messageUpdate(person: Person, text: string, id: number, at: number): TelegramUpdate {
  const command = /^\/\w+/.exec(text)?.[0]
  return {
    update_id: id,
    message: {
      message_id: 2 * id,
      from: userOf(person),
      chat: chatOf(person),
      date: at,
      text,
      ...(command && { entities: [{ type: 'bot_command', offset: 0, length: command.length }] }),
    },
  }
}

/** A person blocks a bot, or lets it write again. */
export function memberUpdate(person: Person, bot: TelegramUser, blocked: boolean, id: number, at: number): TelegramUpdate {
  const member = (status: string) => ({ user: bot, status, ...(status === 'kicked' && { until_date: 0 }) })
  return {
    update_id: id,
    my_chat_member: {
      chat: chatOf(person),
      from: userOf(person),
      date: at,
      old_chat_member: member(blocked ? 'member' : 'kicked'),
      new_chat_member: member(blocked ? 'kicked' : 'member'),
    },
  }
}

/** A person presses a button under a message. */
export function pressUpdate(person: Person, data: string, id: number): TelegramUpdate {
  return { update_id: id, callback_query: { id: `press-${id}`, from: userOf(person), chat_instance: String(person.chat), data } }
}

/** What the people write at the very first start. */
export function openingEntries(bots: readonly Bot[], at: number): Entry[] {
  return bots.flatMap(({ operator }) => {
    const said = people.flatMap((person) => (person.opening[operator] ?? []).map((text) => ({ person, text })))
    return said.map(({ person, text }, i) => ({ operator, update: messageUpdate(person, text, i + 1, at) }))
  })
}
