import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { type Answer, type CallsMessage, type CloseMessage, type Failure, unpackCalls } from './calls'
import { type Prepared, connect, prepare } from './connection'
import type { Row } from './database'
import { failureOf } from './failure'
import { GroupCommit, type Outcome } from './groupCommit'

/** The only writer of the file. Takes the first message, drains what came meanwhile, and commits all of it at once. */
const port = parentPort as MessagePort
const db = connect((workerData as { file: string }).file, false)
const texts: string[] = []
const statements: Prepared[] = []
const group = new GroupCommit(db, (id) => (statements[id] ??= prepare(db, texts[id] as string)))

/** More than this in one transaction would make the first callers wait for the last. */
const maxCalls = 20_000

function drain(first: CallsMessage | CloseMessage): { messages: CallsMessage[]; close: boolean } {
  const messages: CallsMessage[] = []
  let calls = 0
  for (let next: CallsMessage | CloseMessage | undefined = first; next; next = received()) {
    if ('close' in next) return { messages, close: true }
    messages.push(next)
    calls += next.count
    if (calls >= maxCalls) break
  }
  return { messages, close: false }
}

const received = () => receiveMessageOnPort(port)?.message as CallsMessage | CloseMessage | undefined

port.on('message', (message: CallsMessage | CloseMessage) => {
  const { messages, close } = drain(message)
  if (messages.length > 0) port.postMessage(answer(messages))
  if (!close) return
  db.close()
  port.close()
})

function answer(messages: readonly CallsMessage[]): Answer {
  for (const { id, sql } of messages.flatMap((m) => m.texts)) texts[id] = sql
  const first = (messages[0] as CallsMessage).first
  const outcomes = commit(messages)
  const rows = new Map<number, Row[][]>()
  const failed = new Map<number, Failure>()
  outcomes.forEach((outcome, index) => {
    if ('failure' in outcome) failed.set(first + index, outcome.failure)
    else if (outcome.rows) rows.set(first + index, outcome.rows)
  })
  return { first, count: outcomes.length, rows, failed }
}

function commit(messages: readonly CallsMessage[]): Outcome[] {
  const calls = messages.flatMap(unpackCalls)
  try {
    return group.run(calls)
  } catch (error) {
    return calls.map(() => ({ failure: failureOf(error) }))
  }
}
