import { createHash } from 'node:crypto'
import { Inject, Injectable } from '@nestjs/common'
import type { Clock, Random } from '#domain/ports'
import { CLOCK, RANDOM, STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { Problem } from '../http/problem'

const keptMs = 24 * 3_600_000

export interface Answer {
  readonly status: number
  readonly body: unknown
}

interface Remembered {
  readonly body: string
  readonly answer?: Answer
}

/**
 * The same Idempotency-Key with the same request: the same answer and one effect. The effect's ids derive from the key, so that a repeat
 * after a crash, before the answer was remembered, does the same thing again and changes nothing.
 */
@Injectable()
export class Idempotency {
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /** `act` gets the seed for its ids. Throws IDEMPOTENCY_CONFLICT where the key was used for another request. */
  async once(operator: string, key: string | undefined, request: unknown, act: (seed: string) => Promise<Answer>): Promise<Answer> {
    if (key === undefined) return act(this.random.bytes(16).toString('hex'))
    checkKey(key)
    const stored = `gateway/idempotency/${operator}/${sha256(key)}`
    const body = sha256(JSON.stringify(request))
    const expiresAtMs = this.clock.now() + keptMs
    const before = JSON.parse((await this.store.state.putIfAbsent(stored, json({ body }), expiresAtMs)).toString()) as Remembered
    if (before.body !== body) throw conflict()
    if (before.answer) return before.answer
    const answer = await act(sha256(`${operator}/${key}`))
    await this.store.state.putMany([{ key: stored, value: json({ body, answer }), expiresAtMs }])
    return answer
  }
}

const json = (value: Remembered) => Buffer.from(JSON.stringify(value))
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function checkKey(key: string) {
  if (/^[\x21-\x7e]{1,200}$/.test(key)) return
  throw new Problem(400, 'REQUEST_INVALID', 'The Idempotency-Key is not usable.', 'Use 1 to 200 visible ASCII characters, e.g. a UUID.')
}

const conflict = () =>
  new Problem(422, 'IDEMPOTENCY_CONFLICT', 'This Idempotency-Key was used for another request.', 'Use a fresh key for a new request.')
