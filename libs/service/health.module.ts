import { Controller, type DynamicModule, Get, Header, Module, ServiceUnavailableException } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import { register } from 'prom-client'
import { Health } from './health'

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

/** `/health/live`, `/health/ready`, `/metrics` of any process. */
@Module({})
export class HealthModule {
  static of(health: Health): DynamicModule {
    return { module: HealthModule, controllers: [HealthController], providers: [{ provide: Health, useValue: health }] }
  }
}
