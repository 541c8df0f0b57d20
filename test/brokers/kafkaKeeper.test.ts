import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { available } from '../../tools/brokers.mjs'
import { until } from '../libs/bus/until'
import { describeKafka } from './kafkaParts'

/** Where each of them is, once they run. */
async function started(temp: string): Promise<{ child: ChildProcess; ports: number[] }> {
  const wanted = available().redis === undefined ? ['--kafka', '1', '--redis', '1'] : ['--kafka', '1']
  const env = { ...process.env, TMPDIR: temp, LINIENFUNK_TEST_KAFKA: '', LINIENFUNK_TEST_REDIS: '' }
  const child = spawn(process.execPath, ['tools/brokers.mjs', ...wanted], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (data) => resolve(String(data)))
    child.on('exit', (code) => reject(new Error(`It ended with ${code}.`)))
  })
  return { child, ports: [...line.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port)) }
}

const isOpen = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })

describeKafka('the script that starts Kafka and Redis', () => {
  let temp: string
  beforeEach(() => (temp = mkdtempSync(join(tmpdir(), 'brokers-test-'))))
  afterEach(() => rmSync(temp, { recursive: true }))

  it('leaves nothing behind when it is killed, and does not disturb a second one', async () => {
    const [killed, other] = await Promise.all([started(temp), started(temp)])
    expect(new Set([...killed.ports, ...other.ports]).size).toBe(killed.ports.length * 2)
    killed.child.kill('SIGKILL')
    await until(async () => !(await Promise.all(killed.ports.map(isOpen))).includes(true))
    expect(await Promise.all(other.ports.map(isOpen))).not.toContain(false)
    other.child.kill('SIGTERM')
    await until(() => readdirSync(temp).length === 0)
  }, 180_000)
})
