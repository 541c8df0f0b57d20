import { existsSync, mkdirSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, chromium } from 'playwright-core'
import { disruptions } from '#bus/topics'
import { publish } from '#bus/typed'
import { lineScope } from '#domain/disruption'
import { Links } from '../../../apps/gateway/riders/links'
import { allLine, subscribed } from '../../../apps/gateway/riders/edits'
import { RiderDesk } from '../../../apps/gateway/riders/riderDesk'
import { type Rig, disruptionOf, startGateway, until } from './harness'

/** Every page of riders and the public in a real browser: no violation of WCAG 2.2 AA that axe finds, small and large, light and dark. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const isThere = existsSync(executablePath)
if (!isThere) console.warn(`${executablePath} is missing: the pages are not checked in a browser`)
/** Where to keep pictures, to look at them; none unless given. */
const pictures = process.env.SCREENSHOTS

let rig: Rig
let browser: Browser
let base: string
let manage: string

beforeAll(async () => {
  rig = await startGateway(undefined, { publicUrl: undefined })
  await rig.app.listen(0, '127.0.0.1')
  base = rig.app.get(Links).base()
  await publish(rig.platform.bus, disruptions, [
    disruptionOf('lindenau', 'd1', { severity: 'SEVERE' }),
    disruptionOf('lindenau', 'd2', { effect: 'DETOUR', scopes: [{ ...lineScope('bus-12', 0), fromStop: 's1', toStop: 's2' }] }),
  ])
  const at = { operator: 'lindenau', channel: 'TELEGRAM', address: '77' } as const
  const rider = await rig.app.get(RiderDesk).changeAt(at, 'en', (r) => subscribed(r, [allLine('tram-3', 'TELEGRAM')], 1, 'web'))
  if (rider) manage = rig.app.get(Links).managePath(rider, 'saved')
  await until(async () => (await rig.app.inject('/api/v1/operators/lindenau/disruptions')).json().length === 2)
  if (isThere) browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] })
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await rig.close()
})

const pages = (): Record<string, string> => ({
  operators: '/s',
  status: '/s/lindenau?lang=en',
  statusGerman: '/s/lindenau?lang=de',
  subscribe: '/r/lindenau?lang=en&line=tram-3',
  check: '/r/lindenau/check?channel=EMAIL&lang=de',
  manage,
  erased: '/r/lindenau/erased?lang=en',
  missing: '/s/nobody',
})

const small = { width: 390, height: 844 }
const large = { width: 1280, height: 800 }
/** All four only where somebody looks at them: a pass takes seconds. */
const viewports = { light: pictures ? [small, large] : [small], dark: pictures ? [small, large] : [large] }

;(isThere ? test : test.skip).each(['light', 'dark'] as const)(
  'every page is accessible (%s)',
  async (colorScheme) => {
    for (const viewport of viewports[colorScheme]) {
      const context = await browser.newContext({ colorScheme, viewport })
      const page = await context.newPage()
      const errors: string[] = []
      page.on('console', (m) => m.type() === 'error' && !m.text().includes('404') && errors.push(m.text()))
      for (const [name, path] of Object.entries(pages())) {
        await page.goto(base + path)
        const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
        expect({ name, violations: violations.map((v) => [v.id, v.nodes[0]?.html, v.nodes[0]?.failureSummary]) }).toEqual({
          name,
          violations: [],
        })
        expect({ name, tooWide: await page.evaluate('document.documentElement.scrollWidth > innerWidth') }).toEqual({
          name,
          tooWide: false,
        })
        if (pictures) await keep(pictures, `${name}-${viewport.width}-${colorScheme}`, (path) => page.screenshot({ path, fullPage: true }))
      }
      expect(errors).toEqual([])
      await context.close()
    }
  },
  90_000,
)

;(isThere ? test : test.skip)(
  'subscribing works without a script, and a fault leads to its field',
  async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } })
    const page = await context.newPage()
    await page.goto(`${base}/r/lindenau?lang=en`)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('link', { name: 'Choose at least one line.' }).click()
    if (pictures) await keep(pictures, 'faults', (path) => page.screenshot({ path, fullPage: true }))
    await page.locator('input[value="tram-3"]').check()
    await page.getByLabel('Direction of 3').selectOption({ label: 'towards Messe' })
    await page.getByRole('button', { name: 'Continue' }).click()
    const link = await page.getByRole('link', { name: 'Open in Telegram' }).getAttribute('href')
    expect(link).toMatch(/^https:\/\/t\.me\/lindenau_bot\?start=[0-9a-f]{32}$/)
    if (pictures) await keep(pictures, 'telegram', (path) => page.screenshot({ path, fullPage: true }))
    await context.close()
  },
  60_000,
)

async function keep(folder: string, name: string, shoot: (path: string) => Promise<unknown>) {
  mkdirSync(folder, { recursive: true })
  await shoot(`${folder}/${name}.png`)
}
