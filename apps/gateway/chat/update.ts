import { z } from 'zod'

/** The parts of a Telegram Update that we read (Bot API 10.1); others are ignored. */
const chat = z.object({ id: z.int(), type: z.string() })
const from = z.object({ language_code: z.string().max(35).optional() }).optional()

export const telegramUpdate = z.object({
  update_id: z.int(),
  message: z.object({ chat, from, text: z.string().optional() }).optional(),
  my_chat_member: z.object({ chat, new_chat_member: z.object({ status: z.string() }) }).optional(),
})

export type TelegramUpdate = z.infer<typeof telegramUpdate>

/** What an update means to us. */
export type Inbound =
  | { readonly kind: 'text'; readonly chat: string; readonly text: string; readonly languageCode: string | undefined }
  | { readonly kind: 'blocked'; readonly chat: string }
  | { readonly kind: 'nothing' }

/** Only private chats: in a group, everybody would decide for everybody. */
export function inboundOf({ message, my_chat_member: member }: TelegramUpdate): Inbound {
  if (member?.chat.type === 'private' && ['kicked', 'left'].includes(member.new_chat_member.status))
    return { kind: 'blocked', chat: String(member.chat.id) }
  if (message?.chat.type === 'private' && message.text !== undefined)
    return { kind: 'text', chat: String(message.chat.id), text: message.text, languageCode: message.from?.language_code }
  return { kind: 'nothing' }
}
