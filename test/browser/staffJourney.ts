import type { Browser, Page } from 'playwright-core'
import { barriers } from './accessibility'
import type { Application } from './application'
import { openPage } from './chromium'

/** Rides S1, as the demo's phone says. */
const ben = 1002

/** The control room issues a notice, sees whom it reached, and ends it; riders and the public see each step. */
export async function staffJourney(browser: Browser, application: Application): Promise<void> {
  // Elsewhere than the operator: times on the pages are the operator's.
  const { page, faults } = await openPage(browser, application.url, { timezoneId: 'America/New_York' })
  await signIn(page, application.token)
  await issue(page)
  await told(page, application, /^S1.*no service/i, '1 of 1 told')
  await isPublic(page, /S1.*no service/i)
  await end(page)
  await told(page, application, /^All clear: S1/, 'Ended')
  expect(faults).toEqual([])
  await page.context().close()
}

async function signIn(page: Page, token: string): Promise<void> {
  await page.goto('/console')
  await page.getByLabel('Access token').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByLabel('Access token').fill(token)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Lines now' }).waitFor()
  expect(await barriers(page)).toEqual([])
}

/** The audience stands in the button that sends. */
async function issue(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'New notice S1' }).click()
  await page.getByText('No service', { exact: true }).click()
  await page.getByRole('combobox', { name: 'Direction' }).click()
  await page
    .getByRole('option', { name: /^Towards / })
    .first()
    .click()
  const send = page.getByRole('button', { name: 'Send to 1 rider', exact: true })
  await send.waitFor()
  await page.getByText(/^S1 towards .*no service/i).waitFor()
  expect(await barriers(page)).toEqual([])
  await send.click()
  await page.getByRole('heading', { level: 1, name: /S1.*no service/i }).waitFor()
}

async function told(page: Page, application: Application, text: RegExp, shown: string): Promise<void> {
  await page.getByText(shown, { exact: true }).first().waitFor()
  await expectSoon(async () => (await application.messages(ben)).some((m) => text.test(m)))
}

async function isPublic(page: Page, text: RegExp): Promise<void> {
  const visitor = await page.context().newPage()
  await visitor.goto('/s/lindenau?lang=en')
  await visitor.getByRole('article').filter({ hasText: text }).waitFor()
  await visitor.close()
}

async function end(page: Page): Promise<void> {
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'All clear' }).click()
  await page.getByRole('dialog').getByText('1 rider was told').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Send the all-clear' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}

async function expectSoon(look: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000
  while (Date.now() < end) {
    if (await look()) return
    await new Promise((done) => setTimeout(done, 200))
  }
  throw new Error('It did not happen within 30 s')
}
