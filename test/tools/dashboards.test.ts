import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Metric, register } from 'prom-client'
import { parse } from 'yaml'
import { collectProcessMetrics } from '#service/metrics'

/**
 * Dashboards and alert rules ask for metrics by name: each must be one that the sources register, with the labels by which it is selected
 * and grouped. A renamed counter would otherwise be an empty panel and an alert that never comes.
 */
const root = join(__dirname, '../..')
const folder = join(root, 'tools/compose')
/** Given by Prometheus to every sample. */
const always = ['job', 'instance', 'stage', 'le']

type Known = Metric & { readonly name: string; readonly labelNames: readonly string[] }
const known = new Map<string, Known>()

beforeAll(async () => {
  collectProcessMetrics()
  for (const file of globSync('{apps/*,libs/*}/metrics.ts', { cwd: root })) await import(join(root, file))
  for (const metric of register.getMetricsAsArray() as unknown as Known[]) known.set(metric.name, metric)
})

interface Asked {
  readonly where: string
  readonly expr: string
}

test('every metric and label that dashboards and alert rules ask for is registered', () => {
  const asked = [...ofDashboards(), ...ofRules()]
  expect(asked.length).toBeGreaterThan(30)
  expect(asked.flatMap(faultsOf)).toEqual([])
})

test('it would notice', () => {
  const faults = ['sum(linienfunk_send_slotz)', 'rate(linienfunk_send_seconds[1m])', 'sum by (color) (linienfunk_send_slots{shape="x"})']
  expect(faults.map((expr) => faultsOf({ where: '', expr }).length)).toEqual([1, 1, 2])
})

test('the queue, dead letters, possible duplicates and the invariant are on the dashboard', () => {
  const shown = ofDashboards().map(({ expr }) => expr).join('\n') // prettier-ignore
  for (const name of ['send_slots{', 'send_intents', 'send_seconds_bucket', 'send_possible_duplicates_total', 'ingest_feed_age_seconds'])
    expect(shown).toContain(`linienfunk_${name}`)
})

function ofDashboards(): Asked[] {
  return globSync('grafana/dashboards/*.json', { cwd: folder }).flatMap((file) => {
    const { title, panels } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Dashboard
    return panels.flatMap((panel) => (panel.targets ?? []).map(({ expr }) => ({ where: `${title}: ${panel.title}`, expr })))
  })
}

function ofRules(): Asked[] {
  const { groups } = parse(readFileSync(join(folder, 'prometheus/alerts.yml'), 'utf8')) as { groups: { rules: { alert: string; expr: string }[] }[] }
  return groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ where: alert, expr })))
} // prettier-ignore

interface Dashboard {
  readonly title: string
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[]
}

/** Unknown names, a histogram without its suffix or another metric with one, and labels that no metric of the expression has. */
function faultsOf({ where, expr }: Asked): string[] {
  const names = [...expr.matchAll(/\b(?:linienfunk|process|nodejs)_\w+/g)].map(([name]) => name)
  const metrics = names.map((name) => known.get(name) ?? histogram(name))
  const unknown = names.filter((name, i) => !metrics[i] || (known.get(name) as { type?: string } | undefined)?.type === 'histogram')
  const labels = metrics.flatMap((metric) => metric?.labelNames ?? [])
  const strange = labelsIn(expr).filter((label) => !labels.includes(label) && !always.includes(label))
  return [...unknown.map((name) => `${where}: no metric ${name}`), ...strange.map((label) => `${where}: no label ${label} in ${expr}`)]
}

function histogram(name: string): Known | undefined {
  const metric = known.get(name.replace(/_(bucket|sum|count)$/, '')) as (Known & { type?: string }) | undefined
  return metric?.type === 'histogram' ? metric : undefined
}

function labelsIn(expr: string): string[] {
  const selected = [...expr.matchAll(/\{([^}]*)\}/g)].flatMap(([, inner = '']) => [...inner.matchAll(/(\w+)\s*[=!]~?/g)].map(([, label = '']) => label))
  const grouped = [...expr.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',').map((label) => label.trim()))
  return [...selected, ...grouped]
} // prettier-ignore
