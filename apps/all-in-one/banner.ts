import type { Settings } from '#service/settings'

/** What a person reads after the start: one address, and what will happen. */
export function demoBanner(url: string, settings: Settings, speed: number): string {
  const [first] = settings.operators
  const token = first?.staff[0]?.token ?? ''
  return `
  Linienfunk is running:  ${url}

  Open it: the city of Lindenau, its lines live, beside a phone. In about ${Math.ceil(15 / speed)} seconds a tram is blocked; the message arrives
  in the phone, then an update, then the all-clear. A few minutes later the next incident, on another line.

  Subscribe    ${url}/r/${first?.id}
  Status       ${url}/s/${first?.id}
  Control room ${url}/console   token: ${token}
  API          ${url}/docs

  Everything is simulated: nobody outside gets a message. State: ${settings.home}. Ctrl-C stops.
`
}

export function realBanner(url: string, settings: Settings): string {
  const operators = settings.operators.map(
    (o) => `  ${o.name} (${o.id}): ${o.feeds.length} feeds, policy ${JSON.stringify(o.policy)}\n    ${url}/s/${o.id}   ${url}/r/${o.id}`,
  )
  return `\n  Linienfunk is running:  ${url}\n\n${operators.join('\n')}\n\n  Control room ${url}/console   API ${url}/docs   State: ${settings.home}\n`
}
