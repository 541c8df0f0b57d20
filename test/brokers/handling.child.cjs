// A member of a group on Kafka: as ../libs/bus/handling.child.cjs, over a real broker. Arguments: host:port,… and the prefix.
const { kafkaBus } = require('../../dist/libs/bus/kafka/kafkaBus.js')
const { realClock } = require('../../dist/libs/service/realClock.js')

const [brokers, prefix] = process.argv.slice(2)
const say = (line) => process.stdout.write(`${line}\n`)

async function main() {
  const report = (event) => event.kind === 'poison' && say(`poison ${event.tries}`)
  const bus = await kafkaBus({ brokers: brokers.split(','), prefix, clock: realClock, report, sessionMs: 1500 })
  const done = async () => {
    await bus.close()
    say('idle')
  }
  let idle
  await bus.consume('receipts', 'g', async ({ records }) => {
    idle?.refresh()
    for (const { value } of records) {
      const text = Buffer.from(value).toString()
      if (text === 'poison') process.kill(process.pid, 'SIGKILL')
      say(text)
    }
    await realClock.sleep(3)
  })
  idle = setTimeout(() => void done(), 3000)
}

void main()
