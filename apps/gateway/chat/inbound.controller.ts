import { Body, Controller, Headers, HttpCode, Inject, Param, Post } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { Keys } from '#service/keys'
import { KEYS } from '#service/tokens'
import { Operators } from '../http/operators'
import { Problem, notFound } from '../http/problem'
import { TelegramInbound } from './telegramInbound'
import { telegramUpdate } from './update'
import { isSecret, webhookSecret } from './webhookSecret'

/** Where Telegram posts updates to. Answers 200 only once their effects are durable; anything else makes Telegram send them again. */
@ApiExcludeController()
@Controller('in')
export class InboundController {
  constructor(
    @Inject(KEYS) private readonly keys: Keys,
    @Inject(Operators) private readonly operators: Operators,
    @Inject(TelegramInbound) private readonly inbound: TelegramInbound,
  ) {}

  @Post('telegram/:operator')
  @HttpCode(200)
  async telegram(@Param('operator') id: string, @Headers('x-telegram-bot-api-secret-token') secret: unknown, @Body() body: unknown) {
    const operator = this.operators.get(id)
    if (!operator.channels.telegram) throw notFound('bot')
    if (!isSecret(webhookSecret(this.keys, operator), secret))
      throw new Problem(401, 'SIGNATURE_INVALID', 'The secret of this webhook is missing or wrong.', 'Set it with setWebhook.')
    const update = telegramUpdate.safeParse(body)
    if (update.success) await this.inbound.handle(id, update.data)
    return { ok: true }
  }
}
