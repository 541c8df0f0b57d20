import type { NestFastifyApplication } from '@nestjs/platform-fastify'

/** Where the gateway runs alone, its front page is the list of operators. */
export function addFrontPage(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .get('/', (_request, reply) => reply.redirect('/s', 302))
}
