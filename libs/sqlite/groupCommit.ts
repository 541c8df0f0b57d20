import type { DatabaseSync } from 'node:sqlite'
import type { Failure, NumberedStatement } from './calls'
import { type Prepared, narrow } from './connection'
import type { Row } from './database'
import { failureOf, isIoError } from './failure'

/** A call's rows (undefined where it returned none), or why it failed. */
export type Outcome = { readonly rows: Row[][] | undefined } | { readonly failure: Failure }

/**
 * Runs calls in one transaction, so that they share the wait for the disk. A call that fails is rolled back alone. When the whole
 * transaction fails, each call gets one of its own; after an I/O error none does, now or later.
 */
export class GroupCommit {
  private broken: Failure | undefined

  constructor(
    private readonly db: DatabaseSync,
    private readonly prepared: (id: number) => Prepared,
  ) {}

  run(calls: readonly NumberedStatement[][]): Outcome[] {
    if (this.broken) return calls.map(() => ({ failure: this.broken as Failure }))
    try {
      return this.transaction(calls)
    } catch (error) {
      return this.afterFailure(calls, error)
    }
  }

  private transaction(calls: readonly NumberedStatement[][]): Outcome[] {
    this.db.exec('BEGIN IMMEDIATE')
    const outcomes = calls.map((call) => (call.length === 1 ? this.single(call) : this.several(call)))
    this.db.exec('COMMIT')
    return outcomes
  }

  private afterFailure(calls: readonly NumberedStatement[][], error: unknown): Outcome[] {
    this.rollBack()
    const failure = failureOf(error)
    if (isIoError(error))
      this.broken = { code: 'STORE_FAILED', message: `Stopped writing after an I/O error (${failure.message}); restart.` }
    if (calls.length === 1 || this.broken) return calls.map(() => ({ failure }))
    return calls.flatMap((call) => this.run([call]))
  }

  /** One statement is all or none by itself. */
  private single(call: readonly NumberedStatement[]): Outcome {
    try {
      return { rows: this.execute(call) }
    } catch (error) {
      this.throwIfOver(error)
      return { failure: failureOf(error) }
    }
  }

  private several(call: readonly NumberedStatement[]): Outcome {
    this.db.exec('SAVEPOINT one_call')
    try {
      const rows = this.execute(call)
      this.db.exec('RELEASE one_call')
      return { rows }
    } catch (error) {
      this.throwIfOver(error)
      this.db.exec('ROLLBACK TO one_call; RELEASE one_call')
      return { failure: failureOf(error) }
    }
  }

  private execute(call: readonly NumberedStatement[]): Row[][] | undefined {
    let rows: Row[][] | undefined
    call.forEach(({ id, params }, index) => {
      const { statement, returns } = this.prepared(id)
      if (!returns) return void statement.run(...params)
      rows ??= call.map(() => [])
      rows[index] = narrow(statement.all(...params))
    })
    return rows
  }

  /** Some errors (full disk, I/O) end the whole transaction, whatever the statement was. */
  private throwIfOver(error: unknown): void {
    if (!this.db.isTransaction || isIoError(error)) throw error
  }

  private rollBack(): void {
    if (this.db.isTransaction) this.db.exec('ROLLBACK')
  }
}
