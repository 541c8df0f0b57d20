import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { timezoneKey } from '#domain/operator'
import { STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { Operators } from '../http/operators'
import { Copies } from './copies'

/** An operator whose settings name no time zone has its timetable's: ingest writes it before it writes the lines. */
@Injectable()
export class Timezones implements OnModuleInit, OnModuleDestroy {
  private stop = () => {}

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(Copies) private readonly copies: Copies,
    @Inject(Operators) private readonly operators: Operators,
  ) {}

  async onModuleInit(): Promise<void> {
    this.stop = this.copies.onLines((operator) => void this.learn(operator).catch(() => undefined))
    await Promise.all(this.operators.list().map((o) => this.learn(o.id)))
  }

  onModuleDestroy(): void {
    this.stop()
  }

  private async learn(operator: string): Promise<void> {
    const [stored] = await this.store.state.getMany([timezoneKey(operator)])
    if (stored) this.operators.learnTimezone(operator, stored.toString())
  }
}
