// SYNCHRONOUS=… node --require powerCut.child.cjs powerCut.child.cjs ROOT FILE COUNT: writes records into a database of the embedded store, and
// says `ack N` when a write is durable.
const { writeSync } = require('node:fs')
const { join } = require('node:path')
const { DatabaseSync } = require('node:sqlite')
const { isMainThread } = require('node:worker_threads')

/** The negative control: the product's own pragma, weakened, in the writer's thread as well (it runs this file before its own). */
function weaken(synchronous) {
  const exec = DatabaseSync.prototype.exec
  DatabaseSync.prototype.exec = function (sql) {
    return exec.call(this, String(sql).replace('synchronous = FULL', `synchronous = ${synchronous}`))
  }
}

async function main([root, file, count]) {
  const { openDatabase } = require(join(root, 'dist/libs/sqlite/openDatabase.js'))
  const db = openDatabase(file, `CREATE TABLE record (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT`)
  for (let n = 1; n <= Number(count); n++) {
    await db.write([{ sql: 'INSERT INTO record VALUES (?, ?)', params: [n, Buffer.alloc(300, n)] }])
    writeSync(1, `ack ${n}\n`)
  }
  process.kill(process.pid, 'SIGKILL')
}

weaken(process.env.SYNCHRONOUS ?? 'FULL')
if (isMainThread && process.argv[1] === __filename) void main(process.argv.slice(2))
