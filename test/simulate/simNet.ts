import { type HttpRequest, type HttpResponse, type Net, NetError } from '#domain/ports'
import type { FeedHost } from './feedHost'
import type { Life } from './life'
import type { Messengers, Sending } from './messengers'

/** The network as one process sees it. What a message is about is said by `sending`: a messenger's text alone does not tell. */
export class SimNet implements Net {
  /** Set while our messenger makes its request, which it does at once. */
  sending: Omit<Sending, 'life' | 'madeAtMs'> | undefined

  constructor(
    private readonly life: Life,
    private readonly feeds: FeedHost,
    private readonly messengers: Messengers,
    private readonly slowMs: () => number,
  ) {}

  request(request: HttpRequest): Promise<HttpResponse> {
    const host = new URL(request.url).host
    const [kind = '', operator = ''] = host.split('.')
    const { sending, life } = this
    const madeAtMs = life.clock.elapsed()
    const answered = () =>
      kind === 'feeds' ? this.feeds.answer(operator) : this.messengers.answer(request, { ...(sending as Sending), life, madeAtMs })
    return life
      .call({
        name: `net ${host}`,
        typicalMs: kind === 'feeds' ? 30 : this.slowMs(),
        fate: 'done',
        done: answered,
        error: () => new NetError('UNREACHABLE', 'no way', false),
      })
      .catch(async (error: unknown) => {
        if (error instanceof NetError && error.reason === 'TIMEOUT') await life.clock.sleep(request.timeoutMs)
        throw error
      })
  }
}
