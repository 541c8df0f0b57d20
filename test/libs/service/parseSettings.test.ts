import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { faultReport, parseSettings } from '#service/parseSettings'

const folder = mkdtempSync(join(tmpdir(), 'settings-'))
const secrets = {
  TELEGRAM_TOKEN: '123456:abcdefghijklmnopqrstuvwxyz',
  SMTP_URL: 'smtp://127.0.0.1:2525',
  CONTROL_ROOM_TOKEN: 'a-token-that-is-long-enough',
}

function parse(text: string, env: Record<string, string> = secrets) {
  const file = join(folder, 'linienfunk.yaml')
  writeFileSync(file, text)
  const parsed = parseSettings(file, env)
  return parsed.ok ? { settings: parsed.settings } : { faults: parsed.faults.map((f) => `${f.where.replace(folder, '')}: ${f.message}`) }
}

test('the example is right as it is, and tells nobody', () => {
  const parsed = parseSettings('linienfunk.example.yaml', secrets)
  if (!parsed.ok) throw new Error(faultReport(parsed.faults))
  const [operator] = parsed.settings.operators
  expect(operator).toMatchObject({
    policy: { default: 'shadow' },
    detection: { lateSeconds: 300, feedsToClose: 3 },
    timetable: { refreshMs: 21_600_000 },
  })
  expect(operator?.channels.telegram?.token).toBe(secrets.TELEGRAM_TOKEN)
  expect(parsed.settings.port).toBe(8080)
})

test('every fault is listed, with its line and its fix', () => {
  const { faults } = parse(`port: 99999
operators:
  - id: Big City
    languages: [fr]
    timetable: {}
    feeds:
      - { id: trips, url: nowhere, every: 5 }
    channels:
      telegram: { bot: city_bot, token: abc }
    policy: { default: always }
    staff: [{ name: Ann, token: short }]
    colour: red
`)
  const text = (faults ?? []).join('\n')
  for (const expected of [
    /^port \(.*:1\): is no port/m,
    /operators\[0\]\.id \(.*:3\): use only a–z/,
    /operators\[0\]\.name .*: is missing/,
    /languages\[0\] \(.*:4\): is not offered. Use de or en/,
    /timetable \(.*:5\): needs either url or file/,
    /feeds\[0\]\.url \(.*:7\): is no URL/,
    /feeds\[0\]\.every \(.*:7\): "5" has no unit. Use e.g. 20s \(5s–5m\)/,
    /telegram\.token \(.*:9\): is no bot token/,
    /policy\.default .*Use shadow/,
    /staff\[0\]\.token .*openssl rand/,
    /operators\[0\]\.colour \(.*:12\): is not known here/,
  ])
    expect(text).toMatch(expected)
  expect(text).not.toContain('abc')
})

test('secrets come from the environment, from files, and a missing one is named', () => {
  writeFileSync(join(folder, 'secret'), 'a-token-from-a-file-long-enough\n')
  const base = 'operators: [{ id: a, name: A, timetable: { file: x.zip }, feeds: [{ id: t, url: "http://h/x" }], staff: [{ name: N, '
  expect(parse(`${base} tokenFile: secret }] }]`).settings?.operators[0]?.staff[0]?.token).toBe('a-token-from-a-file-long-enough')
  const env = { MY_TOKEN_FILE: join(folder, 'secret') }
  expect(parse(`${base} token: "\${MY_TOKEN}" }] }]`, env).settings?.operators[0]?.staff[0]?.token).toBe('a-token-from-a-file-long-enough')
  expect(parse(`${base} token: "\${MY_TOKEN}" }] }]`, {}).faults?.[0]).toMatch(/neither MY_TOKEN nor MY_TOKEN_FILE/)
  expect(parse(`${base} tokenFile: nothing }] }]`).faults?.[0]).toMatch(/cannot be read/)
})

test('what is no YAML, or not there, is a fault too', () => {
  expect(parse('operators: [').faults?.[0]).toMatch(/^\/linienfunk.yaml:1: /)
  expect(parseSettings('nowhere.yaml', {})).toMatchObject({ ok: false })
})

test('one token never opens two operators', () => {
  const operator = (id: string) =>
    `{ id: ${id}, name: A, timetable: { file: x }, feeds: [{ id: t, url: "http://h/x" }], staff: [{ name: N, token: "${'x'.repeat(24)}" }] }`
  expect(parse(`operators: [${operator('a')}, ${operator('b')}]`).faults?.[0]).toMatch(/operators\[1\]\.staff\[0\]\.token .*used twice/)
})

test('thresholds by mode', () => {
  const operator = (detection: string) =>
    parse(`operators: [{ id: a, name: A, timetable: { file: x }, feeds: [{ id: t, url: "http://h/x" }], detection: ${detection} }]`)
  expect(operator('{ byMode: { RAIL: { late: 10m } } }').settings?.operators[0]?.detection).toMatchObject({
    lateSeconds: 300,
    byMode: { RAIL: { lateSeconds: 600 } },
  })
  expect(operator('{ byMode: { PLANE: {} } }').faults?.[0]).toMatch(/byMode.*(PLANE|no mode)/i)
})

const city = 'operators: [{ id: a, name: A, timetable: { file: x }, feeds: [{ id: t, url: "http://h/x" }] }]'

test('Kafka: as little as its brokers, or with TLS, a password from a file, and no topics of our own making', () => {
  const authority = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
  writeFileSync(join(folder, 'ca.pem'), authority)
  writeFileSync(join(folder, 'kafka.secret'), 'a password\n')
  expect(parse(`kafka: { brokers: ['k:9092'] }\n${city}`).settings?.kafka).toEqual({
    brokers: ['k:9092'],
    prefix: '',
    adapter: 'kafkajs',
    createTopics: true,
  })
  expect(parse(`kafka: { brokers: ['k:9092'], ssl: true }\n${city}`).settings?.kafka?.ssl).toBe(true)
  const sasl = 'sasl: { mechanism: scram-sha-512, username: u, passwordFile: kafka.secret }'
  expect(
    parse(`kafka: { brokers: ['k:9092'], adapter: platformatic, createTopics: false, ssl: { ca: ca.pem }, ${sasl} }\n${city}`).settings
      ?.kafka,
  ).toMatchObject({
    adapter: 'platformatic',
    createTopics: false,
    ssl: { ca: authority },
    sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'a password' },
  })
})

test('Kafka: each fault says what to do, and no secret', () => {
  writeFileSync(join(folder, 'no.pem'), 'the key, in some other form')
  const { faults } = parse(`kafka:
  brokers: [kafka]
  adapter: librdkafka
  ssl: { ca: nowhere.pem, cert: no.pem, keys: x }
  sasl:
    mechanism: gssapi
    password: 'p4ssw0rd'
  createTopics: maybe
${city}
`)
  const text = (faults ?? []).join('\n')
  for (const expected of [
    /^kafka\.brokers\[0\] \(.*:2\): is no broker\. Use e\.g\. kafka:9092/m,
    /^kafka\.adapter \(.*:3\): is unknown\. Use kafkajs or platformatic/m,
    /^kafka\.ssl\.ca \(.*:4\): the file .*nowhere\.pem cannot be read/m,
    /^kafka\.ssl\.cert \(.*:4\): the file .*no\.pem is no PEM file/m,
    /^kafka\.ssl\.keys \(.*:4\): is not known here/m,
    /^kafka\.sasl\.mechanism \(.*:6\): is unknown\. Use plain, scram-sha-256, scram-sha-512/m,
    /^kafka\.sasl\.username .*: is missing/m,
    /^kafka\.createTopics \(.*:8\): needs true or false/m,
  ])
    expect(text).toMatch(expected)
  expect(text).not.toMatch(/p4ssw0rd|some other form/)
  writeFileSync(join(folder, 'client.pem'), '-----BEGIN CERTIFICATE-----\n')
  const one = (ssl: string) => parse(`kafka: { brokers: ['k:9092'], ssl: ${ssl} }\n${city}`).faults?.[0]
  expect(one('{ cert: client.pem }')).toMatch(/kafka\.ssl .*only one of cert and key/)
  expect(one('sometimes')).toMatch(/kafka\.ssl .*Use true, or/)
})

test('what is done with the trip ids of a feed', () => {
  const feed = (tripIds: string) =>
    parse(`operators: [{ id: a, name: A, timetable: { file: x }, feeds: [{ id: t, url: "http://h/x", tripIds: ${tripIds} }] }]`)
  expect(feed("{ cutAt: '#', nyct: true }").settings?.operators[0]?.feeds[0]?.tripIds).toEqual({ cutAt: '#', nyct: true })
  expect(feed("{ cutAt: '' }").faults?.[0]).toMatch(/feeds\[0\]\.tripIds\.cutAt .*leave it out/)
})
