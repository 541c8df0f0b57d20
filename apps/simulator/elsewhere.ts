import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { Net } from '#domain/ports'

/** Where the gateway is when it is another process. */
export interface Gateway {
  /** For the browser of a visitor, e.g. http://127.0.0.1:8080. */
  readonly shown: string
  /** For this process, e.g. http://gateway:8080. */
  readonly internal: string
}

/** What the pages of the demo link to. */
const pages = ['/r/:operator', '/s/:operator', '/console', '/docs']

/** Where the city runs alone: visitors are sent on to the gateway's pages, and the states of the lines for the demo's page are asked there. */
export function addElsewhere(app: NestFastifyApplication, { shown, internal }: Gateway, net: Net): void {
  const fastify = app.getHttpAdapter().getInstance()
  for (const path of pages) fastify.get(path, (request, reply) => reply.redirect(`${shown}${request.url}`, 302))
  fastify.get<{ Params: { operator: string } }>('/api/v1/operators/:operator/lines', async (request, reply) => {
    const url = `${internal}/api/v1/operators/${encodeURIComponent(request.params.operator)}/lines`
    const answer = await net.request({ url, method: 'GET', timeoutMs: 3000, maxBytes: 2 ** 20, trust: 'own' }).catch(() => undefined)
    if (!answer) return reply.status(502).send('The gateway does not answer.')
    return reply
      .status(answer.status)
      .header('content-type', answer.headers['content-type'] ?? 'application/json')
      .send(answer.body)
  })
}
