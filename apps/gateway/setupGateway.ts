import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { consoleFolder } from './console/consoleFiles'
import { setupOpenApi } from './http/openApi'
import { addRequestLog } from './http/requestLog'
import { addSecurityHeaders, policyFor } from './http/securityHeaders'
import { LOG } from '#service/tokens'
import type { Logger } from '#service/log'

/** Of any body that the gateway reads. */
export const bodyLimit = 64 * 1024

/** What an application with the GatewayModule needs of its HTTP server. Called after it was made and before it listens. */
export async function setupGateway(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance()
  fastify.addHook('onRoute', (route) => {
    if (policyFor(route.url)) route.bodyLimit = bodyLimit
  })
  addSecurityHeaders(fastify as never)
  addRequestLog(fastify as never, app.get<Logger>(LOG))
  const assets = join(consoleFolder, 'assets')
  if (existsSync(assets))
    app.useStaticAssets({ root: assets, prefix: '/console/assets/', preCompressed: true, immutable: true, maxAge: '365d', index: false })
  setupOpenApi(app)
}
