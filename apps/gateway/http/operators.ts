import { Inject, Injectable } from '@nestjs/common'
import { type Language, type Operator, languages } from '#domain/operator'
import { type OperatorSettings, type Settings, operatorOf } from '#service/settings'
import { SETTINGS } from '#service/tokens'
import { operatorNotFound } from './problem'

/** The tenants of this process, by id. */
@Injectable()
export class Operators {
  private readonly byId: ReadonlyMap<string, OperatorSettings>
  private readonly timezones = new Map<string, string>()

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.byId = new Map(settings.operators.map((o) => [o.id, o]))
  }

  list = (): OperatorSettings[] => [...this.byId.values()]
  find = (id: string): OperatorSettings | undefined => this.byId.get(id)

  /** Throws TENANT_NOT_FOUND. */
  get(id: string): OperatorSettings {
    const found = this.byId.get(id)
    if (!found) throw operatorNotFound()
    return found
  }

  /** For outside eyes. */
  view(id: string): Operator {
    const settings = this.get(id)
    return { ...operatorOf(settings), timezone: settings.timezone ?? this.timezones.get(id) ?? 'UTC' }
  }

  /** What the timetable says; the settings stand over it. */
  learnTimezone(id: string, timezone: string): void {
    this.timezones.set(id, timezone)
  }
}

/** The operator's language that fits best: the wished one, else English for strangers, else the operator's first. */
export function bestLanguage(offered: readonly Language[], wished: string | undefined): Language {
  const wish = wished?.slice(0, 2).toLowerCase()
  const found = offered.find((l) => l === wish)
  if (found) return found
  if (wish && offered.includes('en')) return 'en'
  return offered[0] ?? languages[0]
}
