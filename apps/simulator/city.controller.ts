import { Controller, Get, Inject, NotFoundException, Param, Req, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FeedName } from './feeds/snapshot'
import { sendContent } from './http/answer'
import type { LiveCity } from './liveCity'
import { LIVE_CITY } from './tokens'

/** What the operators of the simulated city publish: GTFS, GTFS-realtime, and for the demo page the positions on the map. */
@ApiExcludeController()
@Controller('city')
export class CityController {
  constructor(@Inject(LIVE_CITY) private readonly city: LiveCity) {}

  @Get('truth.json')
  truth() {
    return this.city.truth()
  }

  @Get('vehicles.json')
  vehicles() {
    return this.city.vehicles('lindenau')
  }

  @Get(':operator/gtfs.zip')
  timetable(@Param('operator') operator: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const published = this.city.timetable(operator)
    if (!published) throw new NotFoundException()
    sendContent(request, reply, 'application/zip', published)
  }

  @Get(':operator/trip-updates.pb')
  tripUpdates(@Param('operator') operator: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    this.feed(operator, 'trip-updates', request, reply)
  }

  @Get(':operator/vehicle-positions.pb')
  vehiclePositions(@Param('operator') operator: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    this.feed(operator, 'vehicle-positions', request, reply)
  }

  @Get(':operator/alerts.pb')
  alerts(@Param('operator') operator: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    this.feed(operator, 'alerts', request, reply)
  }

  private feed(operator: string, feed: FeedName, request: FastifyRequest, reply: FastifyReply) {
    const snapshot = this.city.feed(operator, feed)
    if (!snapshot) throw new NotFoundException()
    // An answer of the city's, not a fault of this process: nothing is thrown that somebody would log.
    if (snapshot === 'down') void reply.status(503).send('The feed is out of order.')
    else sendContent(request, reply, 'application/x-protobuf', snapshot)
  }
}
