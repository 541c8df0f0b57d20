import type { FastifyRequest } from 'fastify'
import { Problem } from './problem'

/**
 * Refuses a form or cookie request that another site's page makes a browser send. Browsers say so by Sec-Fetch-Site, older ones by Origin;
 * a client that sends neither is no browser and carries no cookies by accident.
 */
export function requireSameSite(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none') return
  const origin = request.headers.origin
  if (site === undefined && (origin === undefined || hostOf(origin) === request.headers.host)) return
  throw new Problem(403, 'FORBIDDEN_ORIGIN', 'This was sent from another site.', 'Open the page itself and try again.')
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
