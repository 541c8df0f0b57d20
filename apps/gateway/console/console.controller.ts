import { Controller, Get, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { Problem } from '../http/problem'
import { sendPage } from '../pages/sendPage'
import { consolePage } from './consoleFiles'

/** The control room's pages are one page: it finds its way itself. Its assets are served by setupGateway.ts. */
@ApiExcludeController()
@Controller()
export class ConsoleController {
  @Get(['console', 'console/*'])
  page(@Res() reply: FastifyReply) {
    const page = consolePage()
    if (page === undefined) throw new Problem(503, 'NOT_POSSIBLE_NOW', 'The console is not built.', 'Run: npm run build')
    return sendPage(reply, page)
  }
}
