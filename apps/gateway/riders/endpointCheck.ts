import { createHash } from 'node:crypto'
import { Inject, Injectable } from '@nestjs/common'
import { Webhook } from 'standardwebhooks'
import { webhookAddress } from '#channels/webhookAddress'
import type { Clock, Net } from '#domain/ports'
import type { Keys } from '#service/keys'
import { CLOCK, KEYS, NET } from '#service/tokens'
import { Operators } from '../http/operators'

/** Asks a webhook's owner to confirm: nothing is told to an endpoint whose owner did not open the link that only it was sent. */
@Injectable()
export class EndpointCheck {
  constructor(
    @Inject(NET) private readonly net: Net,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(KEYS) private readonly keys: Keys,
    @Inject(Operators) private readonly operators: Operators,
  ) {}

  /** As it is sealed: the address with its secret, which derives from both, so that one endpoint is one rider. */
  addressOf(operator: string, url: string): string {
    return webhookAddress({ url, secret: this.secretOf(operator, url) })
  }

  /** False when the endpoint did not take the request (any 2xx does). */
  async ask(operator: string, url: string, confirmUrl: string): Promise<boolean> {
    const now = this.clock.now()
    const body = JSON.stringify({ type: 'endpoint.confirm', timestamp: new Date(now).toISOString(), data: { operator, confirmUrl } })
    const id = `confirm-${createHash('sha256').update(body).digest('hex').slice(0, 32)}`
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now / 1000)),
      'webhook-signature': new Webhook(this.secretOf(operator, url)).sign(id, new Date(now), body),
    }
    const trust = this.operators.get(operator).channels.webhook?.allowPrivateAddresses ? 'own' : 'foreign'
    const answer = this.net.request({ url, method: 'POST', headers, body, timeoutMs: 5000, maxBytes: 65_536, trust })
    return answer.then(
      (a) => a.status >= 200 && a.status < 300,
      () => false,
    )
  }

  private secretOf = (operator: string, url: string) => `whsec_${this.keys.sign(operator, 'webhook', url).toString('base64')}`
}
