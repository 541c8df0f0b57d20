/** Waits, in real time, until something is so; `step` is what has to happen meanwhile. Fails after 10 s, or so many. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  step: () => Promise<void> = async () => {},
  longestMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + longestMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Still not so after ${longestMs / 1000} s: ${condition.toString()}`)
    await step()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
