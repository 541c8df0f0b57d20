import type { FastifyInstance } from 'fastify'

const base =
  "default-src 'none'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
/** The console's component library and the API's documentation set style attributes; neither runs an inline script. */
const policies: readonly (readonly [RegExp, string])[] = [
  [
    /^\/(console|docs)(\/|\?|$)/,
    `${base}; script-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; manifest-src 'self'`,
  ],
  [/^\/(r|s|gateway)(\/|\?|$)/, `${base}; script-src 'self'; style-src 'self'`],
  [/^\/(api|in|openapi)/, "default-src 'none'; frame-ancestors 'none'"],
]

export const policyFor = (url: string): string | undefined => policies.find(([path]) => path.test(url))?.[1]

/** Headers of everything that the gateway answers (a handler may replace the caching); pages of others in the same process (the demo's) keep their own. */
export function addSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const policy = policyFor(request.url)
    if (policy)
      void reply.headers({
        'content-security-policy': policy,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
      })
    done()
  })
}
