import { connectionOf } from '#bus/platformatic/cluster'

describe('how to get into the cluster', () => {
  const brokers = ['a:9092', 'b:9092', 'c:9092']

  it('begins with another broker in each turn', () => {
    expect([0, 1, 3].map((turn) => connectionOf({ brokers }, turn).bootstrapBrokers)).toEqual([
      brokers,
      ['b:9092', 'c:9092', 'a:9092'],
      brokers,
    ])
  })

  it('passes on TLS, with the name of the server where it has one', () => {
    expect(connectionOf({ brokers, ssl: true })).toMatchObject({ tls: {}, tlsServerName: true })
    expect(connectionOf({ brokers: ['127.0.0.1:9092'], ssl: { ca: 'x' } })).toEqual({
      bootstrapBrokers: ['127.0.0.1:9092'],
      tls: { ca: 'x' },
    })
    expect(connectionOf({ brokers: ['[::1]:9092'], ssl: true })).not.toHaveProperty('tlsServerName')
  })

  it('passes on user and password', () => {
    const user = { username: 'u', password: 'p' }
    expect(connectionOf({ brokers, sasl: { mechanism: 'plain', ...user } }).sasl).toEqual({ mechanism: 'PLAIN', ...user })
    expect(connectionOf({ brokers, sasl: { mechanism: 'scram-sha-512', ...user } }).sasl).toEqual({ mechanism: 'SCRAM-SHA-512', ...user })
  })
})
