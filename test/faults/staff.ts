import { setTimeout as sleep } from 'node:timers/promises'
import type { StaffDisruption } from '#domain/controlRoom'
import { line, staffToken } from './town'

const patienceMs = 120_000
const pauseMs = 200

/** The control room of an operator, over our own API. Every act has a key, so that it may be repeated until it is answered. */
export class Staff {
  constructor(
    readonly operator: string,
    private readonly url: () => string,
  ) {}

  /** `mark` stands in the text, so that a messenger without ids can tell what it got. Answers the disruption's id. */
  async issue(mark: string, until: number | undefined): Promise<string> {
    const texts = { de: `Umleitung ${mark}R1`, en: `Detour ${mark}R1` }
    const body = { lines: [{ line }], effect: 'DETOUR', severity: 'SEVERE', texts, ...(until && { until }) }
    const { id } = (await this.act('notices', `${mark}issue`, body)) as { id: string }
    return id
  }

  async update(id: string, mark: string, revision: number): Promise<void> {
    await this.untilKnown(id)
    const texts = { de: `Umleitung ${mark}R${revision}`, en: `Detour ${mark}R${revision}` }
    await this.act(`notices/${id}/update`, `${mark}update${revision}`, { effect: 'DETOUR', texts })
  }

  async clear(id: string, mark: string): Promise<void> {
    await this.untilKnown(id)
    await this.act(`notices/${id}/clear`, `${mark}clear`, {})
  }

  /** undefined while the gateway does not answer. */
  async find(id: string): Promise<StaffDisruption | undefined> {
    const all = await this.request('GET', 'disruptions').catch(() => undefined)
    return (all?.body as StaffDisruption[] | undefined)?.find?.((d) => d.id === id)
  }

  /** How many riders a notice would reach now. */
  async audience(): Promise<number> {
    const answer = await this.request('POST', 'notices/preview', { lines: [{ line }], effect: 'DETOUR', severity: 'SEVERE' })
    return (answer.body as { audience?: { now: number } }).audience?.now ?? 0
  }

  private async untilKnown(id: string): Promise<void> {
    const end = Date.now() + patienceMs
    while (!(await this.find(id))) {
      if (Date.now() > end) throw new Error(`${this.operator}: ${id} was accepted and never came to be`)
      await sleep(pauseMs)
    }
  }

  private async act(path: string, key: string, body: object): Promise<unknown> {
    const end = Date.now() + patienceMs
    for (let last = ''; ; await sleep(pauseMs)) {
      const answer = await this.request('POST', path, body, key).catch((error: unknown) => String(error))
      if (typeof answer !== 'string' && answer.status < 300) return answer.body
      last = typeof answer === 'string' ? answer : `${answer.status} ${JSON.stringify(answer.body)}`
      if (typeof answer !== 'string' && answer.status < 500) throw new Error(`${path}: ${last}`)
      if (Date.now() > end) throw new Error(`${path} was never accepted: ${last}`)
    }
  }

  private async request(method: string, path: string, body?: object, key?: string) {
    const headers: Record<string, string> = { authorization: `Bearer ${staffToken(this.operator)}` }
    if (body) headers['content-type'] = 'application/json'
    if (key) headers['idempotency-key'] = key
    const payload = body ? { body: JSON.stringify(body) } : {}
    const answer = await fetch(`${this.url()}/api/v1/${path}`, { method, headers, ...payload, signal: AbortSignal.timeout(10_000) })
    return { status: answer.status, body: (await answer.json().catch(() => ({}))) as unknown }
  }
}
