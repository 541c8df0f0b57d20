import { Module, type DynamicModule, Global } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SimulatorModule, type SimulatorOptions } from '#apps/simulator/simulator.module'
import type { Clock, Net } from '#domain/ports'
import { createNet } from '#service/net'
import { realClock } from '#service/realClock'
import { CLOCK, NET } from '#service/tokens'

@Global()
@Module({})
class PortsModule {
  static of(clock: Clock, net: Net): DynamicModule {
    const providers = [
      { provide: CLOCK, useValue: clock },
      { provide: NET, useValue: net },
    ]
    return { module: PortsModule, providers, exports: [CLOCK, NET] }
  }
}

export const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'linienfunk-outside-'))

/** The outside world alone, on a free port of loopback. */
export async function startOutside(
  options: Partial<SimulatorOptions> & { folder: string; clock?: Clock; port?: number },
): Promise<{ app: NestFastifyApplication; url: string; stop: () => Promise<void> }> {
  const { clock = realClock, port = 0, ...rest } = options
  const net = createNet()
  const module = {
    module: class Root {},
    imports: [PortsModule.of(clock, net), SimulatorModule.of({ seed: '1', scenario: 'breakdown', speed: 1, ...rest })],
  }
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter({ forceCloseConnections: true }), {
    logger: ['error'],
  })
  await app.listen(port, '127.0.0.1')
  const stop = async () => {
    await app.close()
    await net.close()
  }
  return { app, url: await app.getUrl(), stop }
}
