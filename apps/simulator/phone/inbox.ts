import { join } from 'node:path'
import { LineFile, readLines } from '../durable'

/** A message that the phone received. */
export interface Received {
  /** ISO time. */
  readonly at: string
  readonly chat: number
  readonly text: string
  readonly operator: string
  readonly id: number
  readonly buttons: readonly Button[]
}

/** `url`: a link. `data`: Telegram tells the bot of the press. Neither: pressing writes the text. */
export interface Button {
  readonly text: string
  readonly url?: string
  readonly data?: string
}

/** Everything that the phone ever received, in its own file: the witness of what was sent, also twice. */
export class Inbox {
  readonly messages: Received[]
  private readonly file: LineFile<Received>

  constructor(folder: string) {
    const path = join(folder, 'messages.jsonl')
    this.messages = readLines<Received>(path)
    this.file = new LineFile(path)
  }

  /** Resolves when the message is on the disk; only then may the sender hear that it arrived. */
  async receive(message: Received): Promise<void> {
    await this.file.append(message)
    this.messages.push(message)
  }

  close = (): Promise<void> => this.file.close()
}
