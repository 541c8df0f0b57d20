import { Controller, Get, Inject, NotFoundException, Param, Query, Req, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendContent } from './http/answer'
import type { LiveCity } from './liveCity'
import type { Asset } from './pages/assets'
import { demoPage, phonePage } from './pages/demoPage'
import type { PreparedMessage } from './pages/phoneFrame'
import { chooseLanguage } from './pages/texts'
import { knownPerson } from './phone/chatView'
import type { Phone } from './phone/phone'
import { ASSETS, LIVE_CITY, PHONE } from './tokens'

const policy = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** The pages of the demo. */
@ApiExcludeController()
@Controller()
export class PagesController {
  constructor(
    @Inject(LIVE_CITY) private readonly city: LiveCity,
    @Inject(PHONE) private readonly phone: Phone,
    @Inject(ASSETS) private readonly assets: ReadonlyMap<string, Asset>,
  ) {}

  @Get()
  demo(@Query('lang') lang: string | undefined, @Query('person') person: string | undefined, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const vehicles = this.city.vehicles('lindenau')
    if (!vehicles) throw new NotFoundException()
    const language = languageOf(lang, request)
    sendPage(reply, demoPage(this.phone, knownPerson(person, language), vehicles, language))
  }

  @Get('phone')
  phoneAlone(@Query() query: PhoneQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const language = languageOf(query.lang, request)
    sendPage(reply, phonePage(this.phone, knownPerson(query.person, language), language, preparedMessage(query)))
  }

  @Get('demo/:file')
  asset(@Param('file') file: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const asset = this.assets.get(file)
    if (!asset) throw new NotFoundException()
    sendContent(request, reply, asset.type, asset)
  }
} // prettier-ignore

/** `bot` and `start` as in a link to Telegram: the phone opens with the message that such a link would send. */
interface PhoneQuery {
  readonly lang?: string
  readonly person?: string
  readonly bot?: string
  readonly start?: string
}

const preparedMessage = ({ bot, start }: PhoneQuery): PreparedMessage | undefined =>
  isWord(bot) && isWord(start) ? { bot, token: start } : undefined

/** As Telegram has it: letters, digits, _ and -, at most 64. A parameter given twice is an array. */
const isWord = (text: unknown): text is string => typeof text === 'string' && /^[\w-]{1,64}$/.test(text)

const languageOf = (wanted: string | undefined, request: FastifyRequest) => chooseLanguage(wanted, request.headers['accept-language'])

function sendPage(reply: FastifyReply, page: string): void {
  void reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-store',
      vary: 'accept-language',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    })
    .send(page)
}
