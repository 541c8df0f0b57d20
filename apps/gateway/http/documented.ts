import { applyDecorators } from '@nestjs/common'
import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiParam, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger'
import { z } from 'zod'

type OpenApiSchema = Parameters<typeof ApiResponse>[0] extends { schema?: infer S } ? S : never

interface Description {
  readonly body?: z.ZodType
  readonly answer?: z.ZodType
  readonly status?: number
  readonly produces?: string
  readonly staff?: boolean
  readonly idempotent?: boolean
  /** Path parameters with what they mean. */
  readonly params?: Readonly<Record<string, string>>
}

/** An operation in the API's description, with the schemas that really check its bodies. */
export function Documented(tag: string, summary: string, d: Description = {}): MethodDecorator {
  const params = Object.entries(
    d.params ?? (tag === 'public' && summary !== 'The operators served here' ? { operator: 'Id of the operator' } : {}),
  )
  return applyDecorators(
    ApiTags(tag),
    ApiOperation({ summary }),
    ...params.map(([name, description]) => ApiParam({ name, description, schema: { type: 'string' } })),
    ...(d.body ? [ApiBody({ schema: openApi(d.body, 'input') })] : []),
    ...(d.produces ? [ApiProduces(d.produces)] : []),
    ...(d.staff ? [ApiBearerAuth('staff'), problem(401)] : []),
    ...(d.idempotent
      ? [ApiHeader({ name: 'Idempotency-Key', description: 'Same key and body: same answer, one effect; kept 24 hours', required: false })]
      : []),
    ...(d.body ? [problem(400), problem(413)] : []),
    ...(d.idempotent ? [problem(422)] : []),
    ...(params.length > 0 ? [problem(404)] : []),
    ApiResponse({ status: d.status ?? 200, description: 'OK', ...(d.answer ? { schema: openApi(d.answer, 'output') } : {}) }),
  )
}

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string().meta({ description: 'Stable: programs decide on it' }),
  detail: z.string(),
  hint: z.string().meta({ description: 'What to do' }),
})

const problem = (status: number) =>
  ApiResponse({
    status,
    description: 'problem+json',
    content: { 'application/problem+json': { schema: openApi(problemSchema, 'output') } },
  })

function openApi(schema: z.ZodType, io: 'input' | 'output'): OpenApiSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'openapi-3.0', io, unrepresentable: 'any' })
  return rest as OpenApiSchema
}
