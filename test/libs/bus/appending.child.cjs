// Appends from 24 writers until it is killed; prints what was acknowledged. Arguments: file, round.
const { embeddedBus } = require('../../../dist/libs/bus/embedded.js')
const { realClock } = require('../../../dist/libs/service/realClock.js')

const [file, round] = process.argv.slice(2)
const bus = embeddedBus(file, realClock)

async function writer(name) {
  for (let i = 0; ; i += 2) {
    const records = [i, i + 1].map((n) => ({ partitionBy: name, value: Buffer.from(`${round} ${name} ${n}`.padEnd(300)) }))
    await bus.append('receipts', records)
    process.stdout.write(`${name} ${i + 1}\n`)
  }
}

for (let w = 0; w < 24; w++) void writer(`writer${w}`)
