import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { throwError } from 'rxjs'
import { LOG } from '#service/tokens'
import type { Logger } from '#service/log'
import { Problem, type ProblemCode, problemBody } from './problem'
import { errorPage } from '../pages/errorPage'
import { pageLanguage } from '../pages/language'

/** Turns whatever went wrong into problem+json, or into a page where a person with a browser asked. Never shows a stack trace. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost) {
    if (host.getType() !== 'http') return throwError(() => error)
    const http = host.switchToHttp()
    const reply = http.getResponse<FastifyReply>()
    const request = http.getRequest<FastifyRequest>()
    const problem = asProblem(error)
    if (isFault(error, problem)) this.log.error({ err: error, route: request.routeOptions?.url }, 'request failed')
    if (reply.sent || reply.raw.headersSent) return undefined
    void reply.status(problem.status).headers({ 'cache-control': 'no-store', ...problem.headers })
    if (wantsPage(request)) void reply.type('text/html; charset=utf-8').send(errorPage(problem, pageLanguage(request)))
    else void reply.type('application/problem+json; charset=utf-8').send(JSON.stringify(problemBody(problem)))
    return undefined
  }
}

/** A 503 that somebody chose to answer is no fault of ours; whatever was not foreseen is. */
const isFault = (error: unknown, { status }: Problem): boolean =>
  status === 500 || (status > 500 && !(error instanceof Problem) && !(error instanceof HttpException))

const pagePaths = /^\/(r|s|console)(\/|\?|$)/
const wantsPage = (request: FastifyRequest) => pagePaths.test(request.url) && (request.headers.accept ?? '').includes('text/html')

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const status = error instanceof HttpException ? error.getStatus() : fastifyStatus(error)
  if (status === undefined || status >= 500)
    return new Problem(status ?? 500, 'INTERNAL', 'The service could not answer.', 'Try again in a moment.')
  return new Problem(status, codeOf(status), detailOf(status), hintOf(status))
}

/** Errors of Fastify itself (body too large, not JSON) carry their status. */
function fastifyStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined
  return typeof error.statusCode === 'number' && error.statusCode >= 400 ? error.statusCode : undefined
}

const codes: Readonly<Record<number, ProblemCode>> = { 401: 'UNAUTHORIZED', 404: 'NOT_FOUND', 413: 'BODY_TOO_LARGE', 429: 'RATE_LIMITED' }
const codeOf = (status: number): ProblemCode => codes[status] ?? (status === 400 ? 'BODY_INVALID' : 'REQUEST_INVALID')

const details: Readonly<Record<number, string>> = {
  400: 'The body could not be read.',
  404: 'There is nothing at this address.',
  413: 'The body is too large.',
  415: 'This content type is not read here.',
}
const detailOf = (status: number) => details[status] ?? 'The request could not be answered.'

const hints: Readonly<Record<number, string>> = {
  400: 'Send well-formed JSON without __proto__ or constructor keys.',
  404: 'The API is described at /openapi.json.',
  413: 'Send at most 64 KB.',
  415: 'Send application/json.',
}
const hintOf = (status: number) => hints[status] ?? ''
