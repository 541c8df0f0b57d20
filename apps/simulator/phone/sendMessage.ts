import type { Button } from './inbox'
import type { Parameters } from './wire'

export interface Outgoing {
  readonly chat: number
  readonly text: string
  readonly buttons: readonly Button[]
}

const longestText = 4096

/** Checks a sendMessage as Telegram does; a text is the description of the 400. */
export function parseSendMessage(parameters: Parameters): Outgoing | string {
  const { chat_id: chatId, text } = parameters
  if (chatId === undefined || chatId === '') return 'Bad Request: chat_id is empty'
  const chat = Number(chatId)
  if (!Number.isSafeInteger(chat)) return 'Bad Request: chat not found'
  if (typeof text !== 'string' || text.trim() === '') return 'Bad Request: message text is empty'
  const shown = parameters.parse_mode === 'HTML' ? withoutTags(text) : text
  if (shown.length > longestText) return 'Bad Request: message is too long'
  return { chat, text: shown, buttons: buttonsOf(parameters.reply_markup) }
}

const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' }

/** What a reader sees of parse_mode HTML. */
const withoutTags = (html: string): string =>
  html.replace(/<[^>]*>/g, '').replace(/&(lt|gt|quot|amp);/g, (entity) => entities[entity] ?? entity)

/** The buttons of an inline or a reply keyboard, row by row. */
function buttonsOf(markup: unknown): Button[] {
  const parsed = typeof markup === 'string' ? parseJson(markup) : markup
  if (typeof parsed !== 'object' || parsed === null) return []
  const { inline_keyboard: inline, keyboard } = parsed as { inline_keyboard?: unknown; keyboard?: unknown }
  const rows = inline ?? keyboard
  return Array.isArray(rows) ? rows.flat().flatMap((button) => buttonOf(button) ?? []) : []
}

function buttonOf(button: unknown): Button | undefined {
  if (typeof button === 'string') return { text: button }
  const { text, url, callback_data: data } = (button ?? {}) as { text?: unknown; url?: unknown; callback_data?: unknown }
  if (typeof text !== 'string') return undefined
  return { text, ...(typeof url === 'string' && { url }), ...(typeof data === 'string' && { data }) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
