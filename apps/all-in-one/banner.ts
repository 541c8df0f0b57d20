import type { Policy } from '#domain/operator'
import type { OperatorSettings, Settings } from '#service/settings'
import type { Story } from '../simulator/story/storyTime'

/** What a person reads after the start: one address, and what will happen. */
export function demoBanner(url: string, settings: Settings, story: Story, nowMs: number): string {
  const [first] = settings.operators
  const tokens = settings.operators.map((o) => `    ${o.name} token: ${o.staff[0]?.token ?? ''}`).join('\n')
  return `
  Linienfunk is running:  ${url}

  Open it: the city of Lindenau, its lines live, beside a phone. ${whatComes(story, nowMs)}

  Subscribe    ${url}/r/${first?.id}
  Status       ${url}/s/${first?.id}
  Control room ${url}/console
${tokens}
  API          ${url}/docs

  Everything is simulated: nobody outside gets a message. State: ${settings.home}. Ctrl-C stops.
`
}

/** A story that began before this process goes on: then the page alone knows what comes next. */
function whatComes(story: Story, nowMs: number): string {
  const seconds = Math.ceil(story.startedAt + 15 / story.speed - nowMs / 1000)
  if (seconds < 1) return 'Its day goes on where it was:\n  the page says what comes next, and when.'
  return `In about ${seconds} seconds the first disruption begins; the\n  message arrives in the phone, then the all-clear. A few minutes later the next one, on another line.`
}

export function realBanner(url: string, settings: Settings): string {
  const operators = settings.operators.map(
    (o) => `  ${o.name}: feeds ${o.feeds.map((f) => f.id).join(', ')}. ${whoDecides(o.policy)}\n    ${url}/s/${o.id}   ${url}/r/${o.id}`,
  )
  return `\n  Linienfunk is running:  ${url}\n\n${operators.join('\n')}\n\n  Control room ${url}/console   API ${url}/docs   State: ${settings.home}\n`
}

const meanings: Readonly<Record<Policy, string>> = { shadow: 'nobody is told', ask: 'told when staff confirm', auto: 'told at once' }

/** `policy shadow: nobody is told; NOTICE auto: told at once`. */
function whoDecides({ default: usual, ...byRule }: OperatorSettings['policy']): string {
  const others = Object.entries(byRule).filter(([, policy]) => policy && policy !== usual)
  return [['policy', usual] as const, ...others].map(([rule, policy]) => `${rule} ${policy}: ${meanings[policy]}`).join('; ')
}
