/** The stories that can be told (`--scenario`). */
export const scenarios = ['breakdown', 'snow', 'strike', 'elevator', 'feed-outage'] as const
export type Scenario = (typeof scenarios)[number]

/** Throws for an unknown name: the command line has checked it before. */
export function scenarioNamed(name: string): Scenario {
  const scenario = scenarios.find((s) => s === name)
  if (!scenario) throw new Error(`There is no scenario "${name}". Use one of: ${scenarios.join(', ')}`)
  return scenario
}
