import { riders } from '#bus/topics'
import type { Rider } from '#domain/rider'
import type { RiderPut } from '#store/ports'
import { keys } from './processes'

interface Standing {
  readonly atMs: number
  /** undefined: erased. */
  readonly rider: Rider | undefined
}

/** What riders wanted, by the moments at which the store had it: the sender has to know it from then on. */
export class RiderTimes {
  private readonly byRider = new Map<string, Standing[]>()
  private readonly ids = new Map<string, string>()

  constructor(private readonly now: () => number) {}

  /** The effect of a call of the store. */
  note = (name: string, args: readonly unknown[]): void => {
    const [operator, second] = args as [string, RiderPut & string]
    if (name === 'store.riders.erase') this.add(operator, second, undefined)
    if (name === 'store.riders.put') this.add(operator, second.id, riders.codec.decode(second.record))
  }

  idOf = (operator: string, number: number): string | undefined => this.ids.get(`${operator}/${number}`)

  /** As the messenger knows it. */
  nameOf(operator: string, number: number, channel: string): string | undefined {
    const id = this.idOf(operator, number)
    const rider = this.byRider.get(`${operator}/${id}`)?.findLast((s) => s.rider)?.rider
    const address = rider?.addresses.find((a) => a.channel === channel)
    if (!rider || !address) return undefined
    const open = keys.open(operator, rider.id, address.sealed)
    return channel === 'WEBHOOK' ? (JSON.parse(open) as { url: string }).url : open
  }

  /** All who ever were. */
  all = (): { operator: string; id: string; standings: readonly Standing[] }[] =>
    [...this.byRider].map(([key, standings]) => {
      const slash = key.indexOf('/')
      return { operator: key.slice(0, slash), id: key.slice(slash + 1), standings }
    })

  standings = (operator: string, id: string): readonly Standing[] => this.byRider.get(`${operator}/${id}`) ?? []

  private add(operator: string, id: string, rider: Rider | undefined): void {
    const key = `${operator}/${id}`
    if (rider) this.ids.set(`${operator}/${rider.number}`, id)
    this.byRider.set(key, [...(this.byRider.get(key) ?? []), { atMs: this.now(), rider }])
  }
}

/** Whether a rider as they stand wants to hear of a line. */
export const wants = (rider: Rider | undefined, line: string): boolean =>
  rider !== undefined && rider.addresses.some((a) => !a.stopped) && rider.subscriptions.some((s) => s.scope === `line:${line}`)
