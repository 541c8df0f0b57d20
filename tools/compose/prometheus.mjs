const ask = async (prometheus, path) => (await (await fetch(`${prometheus}/api/v1/${path}`)).json()).data

/** How many processes of each stage answer to Prometheus, by stage in alphabetical order. */
export async function targets(prometheus) {
  const up = (await ask(prometheus, 'targets')).activeTargets.filter(({ health }) => health === 'up').map(({ labels }) => labels.stage)
  return Object.fromEntries([...new Set(up)].sort().map((stage) => [stage, up.filter((other) => other === stage).length]))
}

/** Names of the alerts that fire; throws when a rule cannot be evaluated. */
export async function alertsFiring(prometheus) {
  const rules = (await ask(prometheus, 'rules')).groups.flatMap((group) => group.rules)
  for (const { name, health, lastError } of rules) if (health === 'err') throw new Error(`${name}: ${lastError}`)
  return rules.filter(({ state }) => state === 'firing').map(({ name }) => name)
}
