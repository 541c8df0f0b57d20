/** The part of the Telegram Bot API's wire that the phone speaks. Field names are Telegram's. */
export interface TelegramUser {
  readonly id: number
  readonly is_bot: boolean
  readonly first_name: string
  readonly username?: string
  readonly language_code?: string
}

export interface TelegramChat {
  readonly id: number
  readonly type: 'private'
  readonly first_name: string
}

export interface TelegramMessage {
  readonly message_id: number
  readonly from: TelegramUser
  readonly chat: TelegramChat
  /** Epoch seconds. */
  readonly date: number
  readonly text: string
  readonly entities?: readonly { readonly type: string; readonly offset: number; readonly length: number }[]
}

export interface TelegramUpdate {
  readonly update_id: number
  readonly message?: TelegramMessage
  readonly callback_query?: {
    readonly id: string
    readonly from: TelegramUser
    readonly chat_instance: string
    readonly data: string
    readonly message?: TelegramMessage
  }
  readonly my_chat_member?: {
    readonly chat: TelegramChat
    readonly from: TelegramUser
    readonly date: number
    readonly old_chat_member: { readonly user: TelegramUser; readonly status: string; readonly until_date?: number }
    readonly new_chat_member: { readonly user: TelegramUser; readonly status: string; readonly until_date?: number }
  }
}

export type Parameters = Readonly<Record<string, unknown>>

export interface Answer {
  readonly status: number
  readonly body: AnswerBody
}

export type AnswerBody =
  | { readonly ok: true; readonly result: unknown; readonly description?: string }
  | {
      readonly ok: false
      readonly error_code: number
      readonly description: string
      readonly parameters?: { readonly retry_after: number }
    }

export const answer = (result: unknown): Answer => ({ status: 200, body: { ok: true, result } })

/** Descriptions as the real server words them: clients look at the words. */
export const refuse = (code: number, description: string): Answer => ({ status: code, body: { ok: false, error_code: code, description } })

export const unauthorized = refuse(401, 'Unauthorized')
export const unknownMethod = refuse(404, 'Not Found')

export const tooMany = (seconds: number): Answer => ({
  status: 429,
  body: { ok: false, error_code: 429, description: `Too Many Requests: retry after ${seconds}`, parameters: { retry_after: seconds } },
})
