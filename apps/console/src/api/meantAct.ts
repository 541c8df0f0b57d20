/** One act that somebody means: its body and its Idempotency-Key. */
export interface MeantAct<T> {
  readonly of: string
  readonly body: T
  readonly key: string
}

/**
 * The act of this form: the one before where nothing was changed since, so that a second try after a failure (the answer may have been
 * lost on its way) has one effect, with the very same body, times included; else a new one. The gateway refuses a key with another body.
 */
export function meant<T>(before: MeantAct<T> | undefined, form: unknown, body: () => T, freshKey: () => string): MeantAct<T> {
  const of = JSON.stringify(form)
  return before?.of === of ? before : { of, body: body(), key: freshKey() }
}
