import type { FastifyInstance } from 'fastify'
import type { Logger } from '#service/log'
import { policyFor } from './securityHeaders'

/** One line a request of ours: the route's pattern, never the address itself, which may hold a rider's token. */
export function addRequestLog(fastify: FastifyInstance, log: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    if (policyFor(request.url)) {
      const line = {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      }
      const isQuiet = request.method === 'GET' && reply.statusCode < 400
      log[isQuiet ? 'debug' : 'info'](line, 'request')
    }
    done()
  })
}
