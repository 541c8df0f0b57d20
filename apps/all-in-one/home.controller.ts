import { Controller, Get, Redirect } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'

/** Without the demo, the front page is the list of operators. */
@ApiExcludeController()
@Controller()
export class HomeController {
  @Get()
  @Redirect('/s', 302)
  home() {
    return undefined
  }
}
