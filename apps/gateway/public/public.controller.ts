import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Documented } from '../http/documented'
import { AlertsFeeds } from './alertsFeeds'
import { LiveStream } from './liveStream'
import { PublicViews } from './publicViews'
import { operatorList, publicDisruptionList, publicLineList, wholeLine } from './publicSchemas'

/** Open data: for everybody, from every site. */
@Controller('api/v1/operators')
export class PublicController {
  constructor(
    @Inject(PublicViews) private readonly views: PublicViews,
    @Inject(AlertsFeeds) private readonly feeds: AlertsFeeds,
    @Inject(LiveStream) private readonly live: LiveStream,
  ) {}

  @Get()
  @Documented('public', 'The operators served here', { answer: operatorList })
  operators(@Res({ passthrough: true }) reply: FastifyReply) {
    open(reply)
    return this.views.operatorList()
  }

  @Get(':operator/lines')
  @Documented('public', 'Lines with their status now; UNKNOWN where the feed cannot be believed', { answer: publicLineList })
  lines(@Param('operator') operator: string, @Res({ passthrough: true }) reply: FastifyReply) {
    open(reply)
    return this.views.lines(operator)
  }

  @Get(':operator/lines/:line')
  @Documented('public', 'A line with its stops in riding order by direction', {
    answer: wholeLine,
    params: { operator: 'Id of the operator', line: 'Id of the line' },
  })
  line(@Param('operator') operator: string, @Param('line') line: string, @Res({ passthrough: true }) reply: FastifyReply) {
    open(reply)
    return this.views.line(operator, line)
  }

  @Get(':operator/disruptions')
  @Documented('public', 'Open disruptions that riders have been told of', { answer: publicDisruptionList })
  disruptions(@Param('operator') operator: string, @Res({ passthrough: true }) reply: FastifyReply) {
    open(reply)
    return this.views.disruptions(operator)
  }

  @Get(':operator/alerts.pb')
  @Documented('public', 'GTFS-realtime Alerts (protobuf); ETag honoured', { produces: 'application/x-protobuf' })
  alertsPb(@Param('operator') operator: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const feed = this.feeds.of(operator)
    return sendTagged(request, reply, 'application/x-protobuf', feed.pbTag, feed.pb)
  }

  @Get(':operator/alerts.json')
  @Documented('public', 'The same FeedMessage as JSON, enums by name; ETag honoured')
  alertsJson(@Param('operator') operator: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const feed = this.feeds.of(operator)
    return sendTagged(request, reply, 'application/json; charset=utf-8', feed.jsonTag, feed.json)
  }

  @Get(':operator/live')
  @Documented('public', 'Server-sent events: `snapshot` with all lines, then `change` with those that changed', {
    produces: 'text/event-stream',
  })
  async stream(@Param('operator') operator: string, @Res() reply: FastifyReply) {
    const first = await this.views.lines(operator)
    this.live.attach(operator, first, reply)
  }
}

const open = (reply: FastifyReply) => reply.headers({ 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=5' })

function sendTagged(request: FastifyRequest, reply: FastifyReply, type: string, etag: string, body: Buffer | string) {
  void open(reply).header('etag', etag).header('access-control-expose-headers', 'etag')
  const known = (request.headers['if-none-match'] ?? '').split(',').map((t) => t.trim().replace(/^W\//, ''))
  return known.includes(etag) ? reply.status(304).send() : reply.type(type).send(body)
}
