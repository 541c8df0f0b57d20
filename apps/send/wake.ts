import type { Clock } from '#domain/ports'

/** Lets a loop sleep until something has happened or a time has come; what happens while nobody sleeps is not lost. */
export class Wake {
  private rung = false
  private ring: (() => void) | undefined

  constructor(private readonly clock: Clock) {}

  call = (): void => {
    this.rung = true
    this.ring?.()
  }

  /** `atMs`: epoch ms; undefined: only when called. */
  async until(atMs: number | undefined): Promise<void> {
    if (!this.rung) {
      await new Promise<void>((resolve) => {
        const cancel = atMs === undefined ? () => undefined : this.clock.timer(Math.max(1, atMs - this.clock.now()), resolve)
        this.ring = () => (cancel(), resolve())
      })
    }
    this.ring = undefined
    this.rung = false
  }
}
