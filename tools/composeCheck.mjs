// npm run compose:check: the whole docker-compose.yml really runs. Builds and starts it under a project name and on ports of its own, waits
// for the first alert in the phone, stops and starts the broker, runs two senders and two matchers, sees the all-clear, each text once, and
// takes all down. Exit code 0: all of that came to pass. GATEWAY_PORT, CITY_PORT, PROMETHEUS_PORT: other ports than free ones.
import { engine, say, step, until } from './compose/engine.mjs'
import { freePorts } from './brokers/ports.mjs'
import { isAllClear, told, twice } from './compose/phone.mjs'
import { alertsFiring, targets } from './compose/prometheus.mjs'

const project = 'linienfunk-check'
const stages = ['ingest', 'detect', 'match', 'send', 'gateway']
const [gateway, city, prometheus] = (await freePorts(3)).map(String)
const ports = { GATEWAY_PORT: gateway, CITY_PORT: city, PROMETHEUS_PORT: prometheus, ...process.env }
const at = (port, path) => `http://127.0.0.1:${ports[port]}${path}`
const { compose, docker } = engine(project, ports)
const promtool = (...args) => compose('exec', '-T', 'prometheus', 'promtool', ...args)
const messages = () => told(at('CITY_PORT', ''))

async function check() {
  await step('no remains of an earlier run', () => compose('down', '--volumes', '--remove-orphans'))
  await step('docker compose build', () => compose('build'))
  await step('docker compose up --build --wait', () => compose('up', '--build', '--detach', '--wait', '--wait-timeout', '400'))
  await step('the pages are there, and the demo page knows the state of the lines', pagesAnswer)
  await step('the first alert is in both phones', () => until(240, async () => inBoth(await messages())))
  show(await messages())
  await step('docker compose stop kafka', () => compose('stop', 'kafka'))
  await step('docker compose start kafka', () => compose('start', 'kafka'))
  await step('two senders and two matchers', () =>
    compose('up', '--detach', '--wait', '--wait-timeout', '240', '--no-recreate', '--scale', 'send=2', '--scale', 'match=2'),
  )
  await step('the all-clear is in both phones', () => until(240, async () => inBoth((await messages()).filter(isAllClear))))
  const disruptions = async () => (await messages()).filter((message) => !isAllClear(message)).length
  const before = await disruptions()
  await step('the next disruption is told, too', () => until(300, async () => (await disruptions()) >= before + 2))
  show(await messages())
  await step('nothing came twice', async () => none('these came twice', twice(await messages())))
  await step('Prometheus reads every replica, its rules hold', prometheusHolds)
  say(await compose('ps', '--all', '--format', 'table {{.Service}}\t{{.Image}}\t{{.Status}}\t{{.Ports}}'))
  say(await docker('stats', '--no-stream', '--format', 'table {{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}', ...(await containers())))
  say(await docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}} {{.Size}}', 'linienfunk'))
  await step('docker compose stop: each stage ends by itself when it is told to', stopsByItself)
}

async function pagesAnswer() {
  const pages = [at('GATEWAY_PORT', '/'), at('GATEWAY_PORT', '/console'), at('CITY_PORT', '/'), at('CITY_PORT', '/r/lindenau')]
  for (const page of pages) if (!(await fetch(page)).ok) throw new Error(`${page} does not answer well`)
  await until(60, async () => {
    const answer = await fetch(at('CITY_PORT', '/api/v1/operators/lindenau/lines'))
    return answer.ok && (await answer.text()).includes('"tram-3"')
  })
}

async function prometheusHolds() {
  await promtool('check', 'config', '/etc/prometheus/prometheus.yml')
  await promtool('test', 'rules', '/etc/prometheus/alerts.test.yml')
  const wanted = { city: 1, detect: 1, gateway: 1, ingest: 1, match: 2, send: 2 }
  const seen = await until(60, async () => same(wanted, await targets(at('PROMETHEUS_PORT', ''))))
  say(`  ${JSON.stringify(seen)}`)
  // What was down while the broker was is given the time to recover.
  await until(120, async () => (await alertsFiring(at('PROMETHEUS_PORT', ''))).length === 0)
}

/** A container that had to be killed after its time has the code 137. */
async function stopsByItself() {
  await compose('stop')
  const codes = await docker('inspect', '--format', '{{.Name}} {{.State.ExitCode}}', ...(await containers()))
  const bad = codes.split('\n').filter((line) => stages.some((stage) => line.includes(`-${stage}-`)) && !line.endsWith(' 0'))
  none('these did not end well', [...bad, ...codes.split('\n').filter((line) => line.endsWith(' 137'))])
}

const containers = async () => (await compose('ps', '--all', '--quiet')).split('\n').filter(Boolean)
const inBoth = (found) => new Set(found.map(({ chat }) => chat)).size === 2
const same = (wanted, seen) => JSON.stringify(wanted) === JSON.stringify(seen) && seen

function show(found) {
  for (const { at: time, chat, text } of found) say(`  ${time.slice(11, 19)} ${chat}: ${text.split('\n')[0]}`)
}

function none(what, found) {
  if (found.length > 0) throw new Error(`${what}: ${found.join('; ')}`)
}

const began = performance.now()
let failed
try {
  await check()
} catch (error) {
  failed = error
  say(`✗ ${error.message}`)
  say(JSON.stringify(await messages().catch(() => 'the phone does not answer'), undefined, 1))
  say(await compose('ps', '--all').catch((problem) => problem.message))
  say(await compose('logs', '--no-color', '--tail', '40').catch((problem) => problem.message))
}
await step('docker compose down --volumes', () => compose('down', '--volumes', '--remove-orphans'))
say(`${failed ? 'failed' : 'passed'} after ${Math.round((performance.now() - began) / 1000)} s`)
process.exit(failed ? 1 : 0)
