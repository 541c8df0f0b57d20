/** An error for outside eyes (RFC 9457): a stable code, what is wrong, and what to do. Anything else that is thrown answers 500 without detail. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: ProblemCode,
    readonly detail: string,
    readonly hint = '',
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail)
  }
}

export type ProblemCode =
  | 'BODY_INVALID'
  | 'BODY_TOO_LARGE'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN_ORIGIN'
  | 'SIGNATURE_INVALID'
  | 'NOT_FOUND'
  | 'TENANT_NOT_FOUND'
  | 'IDEMPOTENCY_CONFLICT'
  | 'NOT_POSSIBLE_NOW'
  | 'RIDER_BUSY'
  | 'STORE_INCOMPLETE'
  | 'DISRUPTION_ENDED'
  | 'RATE_LIMITED'
  | 'LINK_INVALID'
  | 'REQUEST_INVALID'
  | 'INTERNAL'

export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly hint: string
}

const titles: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not possible now',
  413: 'Too large',
  415: 'Wrong content type',
  422: 'Conflict with an earlier request',
  429: 'Too many requests',
  500: 'Something failed here',
  503: 'Not available now',
}

export const problemBody = (p: Pick<Problem, 'status' | 'code' | 'detail' | 'hint'>): ProblemBody => ({
  type: `urn:linienfunk:problem:${p.code.toLowerCase().replaceAll('_', '-')}`,
  title: titles[p.status] ?? 'Error',
  status: p.status,
  code: p.code,
  detail: p.detail,
  hint: p.hint,
})

export const notFound = (what: string) => new Problem(404, 'NOT_FOUND', `There is no such ${what}.`, 'Check the address.')
export const operatorNotFound = () =>
  new Problem(404, 'TENANT_NOT_FOUND', 'There is no such operator.', 'GET /api/v1/operators lists those that exist.')
