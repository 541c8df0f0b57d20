import { Controller, type DynamicModule, Get, Global, Header, Module, ServiceUnavailableException } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import { register } from 'prom-client'
import { Health } from './health'
import { collectProcessMetrics } from './metrics'

@ApiExcludeController()
@Controller()
class HealthController {
  constructor(private readonly health: Health) {}

  @Get('health/live')
  live() {
    return { status: 'ok' }
  }

  @Get('health/ready')
  ready() {
    const missing = this.health.missing()
    if (missing.length > 0) throw new ServiceUnavailableException({ status: 'starting', missing })
    return { status: 'ok' }
  }

  @Get('metrics')
  @Header('content-type', register.contentType)
  metrics() {
    return register.metrics()
  }
}

/** `/health/live`, `/health/ready`, `/metrics` of any process; `Health` for whoever has to be waited for. */
@Global()
@Module({})
export class HealthModule {
  static of(health: Health): DynamicModule {
    collectProcessMetrics()
    return { module: HealthModule, controllers: [HealthController], providers: [{ provide: Health, useValue: health }], exports: [Health] }
  }
}
