// Writes 40 values of 30 KB to a file that may not grow so far; prints how each ended. Argument: file.
const { openDatabase } = require('../../../dist/libs/sqlite/openDatabase.js')

async function main() {
  const db = openDatabase(process.argv[2], 'CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, v ANY) STRICT')
  for (let id = 0; id < 40; id++) {
    const write = db.write([{ sql: 'INSERT INTO t(id, v) VALUES (?, ?)', params: [id, new Uint8Array(30_000)] }])
    const outcome = await write.then(
      () => 'durable',
      (error) => `${error.code} ${error.message}`,
    )
    process.stdout.write(`${outcome}\n`)
  }
  process.exit(0)
}

void main()
