import { IntColumn } from './columns'
import { Interner } from './interner'
import { weekday } from './serviceDay'

/** On which days each service runs: calendar.txt corrected by calendar_dates.txt; either may be absent. */
export class Services {
  readonly ids = new Interner()
  private readonly weekdays: number[] = []
  private readonly from: number[] = []
  private readonly to: number[] = []
  private readonly exceptionKeys = new IntColumn()
  private readonly exceptionDays = new IntColumn()
  /** By service: days, ascending, each doubled plus one when the service is added. */
  private exceptions: Int32Array[] = []

  /** `days`: bit 0 = Monday. Both ends count. */
  setCalendar(service: number, days: number, from: number, to: number): void {
    this.weekdays[service] = days
    this.from[service] = from
    this.to[service] = to
  }

  addException(service: number, day: number, added: boolean): void {
    this.exceptionKeys.push(service)
    this.exceptionDays.push(day * 2 + (added ? 1 : 0))
  }

  /** To be called once all exceptions are in. */
  seal(): void {
    const lists: number[][] = Array.from({ length: this.ids.size }, () => [])
    for (let i = 0; i < this.exceptionKeys.length; i++) lists[this.exceptionKeys.at(i)]?.push(this.exceptionDays.at(i))
    this.exceptions = lists.map((list) => Int32Array.from(list).sort())
  }

  active(service: number, day: number): boolean {
    const exception = this.exception(service, day)
    if (exception !== undefined) return exception
    const days = this.weekdays[service]
    if (days === undefined || day < (this.from[service] as number) || day > (this.to[service] as number)) return false
    return ((days >> weekday(day)) & 1) === 1
  }

  private exception(service: number, day: number): boolean | undefined {
    const list = this.exceptions[service]
    if (!list) return undefined
    let low = 0
    let high = list.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const value = list[middle] as number
      if (value >> 1 === day) return (value & 1) === 1
      if (value >> 1 < day) low = middle + 1
      else high = middle - 1
    }
    return undefined
  }
}
