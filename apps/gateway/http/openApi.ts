import type { INestApplication } from '@nestjs/common'
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger'

/** `/openapi.json` and `/docs`. Called once, after the application was made and before it listens. */
export function setupOpenApi(app: INestApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Linienfunk')
    .setDescription(
      'Public data is open to every site. The control room needs a staff token (Authorization: Bearer …), which belongs to one operator. ' +
        'Errors are application/problem+json with a stable `code` and a `hint`. Times are epoch seconds.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A staff token of one operator' }, 'staff')
    .build()
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config, { autoTagControllers: false }), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Linienfunk API',
  })
}
