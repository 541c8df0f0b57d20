import { AuthenticationError, MultipleErrors, NetworkError } from '@platformatic/kafka'
import { faultOf } from '#bus/platformatic/fault'

const wrapped = (cause: Error) =>
  new MultipleErrors('metadata failed 2 times.', [
    new MultipleErrors('Cannot connect to any broker.', [new NetworkError('failed', { cause })]),
  ])

describe('why the first connection has failed', () => {
  it('is told by what lies deepest', () => {
    expect(faultOf(wrapped(new AuthenticationError('SASL authentication failed.')))).toBe('KAFKA_AUTHENTICATION')
    expect(faultOf(wrapped(new Error('self-signed certificate')))).toBe('KAFKA_TLS')
    expect(faultOf(wrapped(new Error('connect ECONNREFUSED')))).toBe('KAFKA_UNREACHABLE')
    expect(faultOf(undefined)).toBe('KAFKA_UNREACHABLE')
  })
})
