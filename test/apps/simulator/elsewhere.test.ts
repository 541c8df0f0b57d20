import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { NestFactory } from '@nestjs/core'
import { Module } from '@nestjs/common'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { addElsewhere } from '#apps/simulator/elsewhere'
import { createNet } from '#service/net'

@Module({})
class Nothing {}

test('where the gateway is another process, its pages are one redirect away, and the lines are asked there', async () => {
  const gateway = createServer((request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify([request.url])))
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
  const internal = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`
  const net = createNet()
  const app = await NestFactory.create<NestFastifyApplication>(Nothing, new FastifyAdapter(), { logger: false })
  addElsewhere(app, { shown: 'http://127.0.0.1:8080', internal }, net)
  await app.init()

  const page = await app.inject('/r/lindenau?lang=en')
  expect([page.statusCode, page.headers.location]).toEqual([302, 'http://127.0.0.1:8080/r/lindenau?lang=en'])
  expect((await app.inject('/api/v1/operators/lindenau/lines')).json()).toEqual(['/api/v1/operators/lindenau/lines'])
  expect((await app.inject('/api/v1/operators/..%2Fstaff/lines')).json()).toEqual(['/api/v1/operators/..%2Fstaff/lines'])

  gateway.close()
  gateway.closeAllConnections()
  expect((await app.inject('/api/v1/operators/lindenau/lines')).statusCode).toBe(502)
  await app.close()
  await net.close()
}) // prettier-ignore
