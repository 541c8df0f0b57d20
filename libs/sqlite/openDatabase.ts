import { Worker } from 'node:worker_threads'
import { type Answer, CallPacker } from './calls'
import { connect, narrow, prepare } from './connection'
import { type Database, DatabaseError, type Row, type Statement, type Value } from './database'
import { databaseError } from './failure'

interface Pending {
  readonly statements: readonly Statement[]
  readonly resolve: (rows: Row[][]) => void
  readonly reject: (error: DatabaseError) => void
}

/**
 * Opens a database file, makes it if absent, and runs the schema (`CREATE … IF NOT EXISTS`, pragmas). Statements are kept prepared by their
 * text: it must not contain values. Throws a DatabaseError when the file cannot be opened. One process a file: see folderLock.ts.
 */
export function openDatabase(file: string, schema: string): Database {
  try {
    applySchema(file, schema)
    return new ThreadedDatabase(file)
  } catch (error) {
    throw databaseError(error)
  }
}

function applySchema(file: string, schema: string): void {
  const db = connect(file, false)
  try {
    db.exec(schema)
  } finally {
    db.close()
  }
}

/** Workers run compiled code, also when this file itself is run from its source. */
const workerFile = (): string =>
  require.resolve(__filename.endsWith('.ts') ? '../../dist/libs/sqlite/writer.worker.js' : './writer.worker.js')

class ThreadedDatabase implements Database {
  private readonly worker: Worker
  private readonly reader
  private readonly readers = new Map<string, ReturnType<typeof prepare>['statement']>()
  private readonly ids = new Map<string, number>()
  private fresh: { id: number; sql: string }[] = []
  private packer = new CallPacker()
  private queue: Pending[] = []
  private readonly pending = new Map<number, Pending>()
  private next = 0
  private stopped: DatabaseError | undefined
  private readonly exited: Promise<void>

  constructor(file: string) {
    this.reader = connect(file, true)
    this.worker = new Worker(workerFile(), { workerData: { file } })
    this.worker.on('message', (answer: Answer) => this.settle(answer))
    this.worker.on('error', (error) => this.fail(databaseError(error)))
    this.exited = new Promise((resolve) => {
      this.worker.on('exit', () => {
        this.fail(new DatabaseError('STORE_FAILED', 'The writer has ended.'))
        resolve()
      })
    })
  }

  write(statements: readonly Statement[]): Promise<Row[][]> {
    if (this.stopped) return Promise.reject(this.stopped)
    return new Promise((resolve, reject) => {
      this.packer.add(statements, this.idOf)
      // After the promises that are ready: what they write travels in the same message.
      if (this.queue.length === 0) process.nextTick(() => this.flush())
      this.queue.push({ statements, resolve, reject })
    })
  }

  read(sql: string, ...params: readonly Value[]): Row[] {
    try {
      let statement = this.readers.get(sql)
      if (!statement) this.readers.set(sql, (statement = prepare(this.reader, sql).statement))
      return narrow(statement.all(...params))
    } catch (error) {
      throw databaseError(error)
    }
  }

  async close(): Promise<void> {
    if (this.stopped) return this.exited
    this.flush()
    this.stopped = new DatabaseError('STORE_FAILED', 'The database is closed.')
    this.reader.close()
    this.worker.postMessage({ close: true })
    return this.exited
  }

  private flush(): void {
    if (this.queue.length === 0) return
    const first = this.next
    for (const call of this.queue) this.pending.set(this.next++, call)
    const packed = this.packer.finish()
    this.worker.postMessage({ first, count: this.queue.length, packed, texts: this.fresh }, [packed])
    this.queue = []
    this.fresh = []
    this.packer = new CallPacker()
  }

  private readonly idOf = (sql: string): number => {
    let id = this.ids.get(sql)
    if (id === undefined) {
      this.ids.set(sql, (id = this.ids.size))
      this.fresh.push({ id, sql })
    }
    return id
  }

  private settle({ first, count, rows, failed }: Answer): void {
    for (let number = first; number < first + count; number++) {
      const call = this.pending.get(number) as Pending
      this.pending.delete(number)
      const failure = failed.get(number)
      if (failure) call.reject(new DatabaseError(failure.code, failure.message))
      else call.resolve(rows.get(number) ?? call.statements.map(() => []))
    }
  }

  private fail(error: DatabaseError): void {
    this.stopped ??= error
    for (const call of [...this.pending.values(), ...this.queue]) call.reject(error)
    this.pending.clear()
    this.queue = []
  }
}
