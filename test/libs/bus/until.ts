/** Waits, in real time, until something is so; `step` is what has to happen meanwhile. Fails after 10 s. */
export async function until(condition: () => boolean | Promise<boolean>, step: () => Promise<void> = async () => {}): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Still not so after 10 s: ${condition.toString()}`)
    await step()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
