// Handles the topic `receipts`; a record `poison` kills the process. Prints what it handled, and `idle` when nothing more comes. Argument: file.
const { embeddedBus } = require('../../../dist/libs/bus/embedded.js')
const { realClock } = require('../../../dist/libs/service/realClock.js')

const bus = embeddedBus(process.argv[2], realClock, (event) => event.kind === 'poison' && process.stdout.write(`poison ${event.tries}\n`))
let idle = setTimeout(done, 1000)

async function done() {
  await bus.close()
  process.stdout.write('idle\n')
}

bus.consume('receipts', 'g', async ({ records }) => {
  idle.refresh()
  for (const { value } of records) {
    const text = Buffer.from(value).toString()
    if (text === 'poison') process.kill(process.pid, 'SIGKILL')
    await realClock.sleep(3)
    process.stdout.write(`${text}\n`)
  }
})
