/** Milliseconds of the machine's steady clock: comparable between processes, unlike performance.now(). */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6
