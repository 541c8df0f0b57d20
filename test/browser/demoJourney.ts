import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { barriers } from './accessibility'
import type { Application } from './application'
import { openPage } from './chromium'

/** Somebody opens the demo and sees the first alert arrive in the phone. */
export async function demoJourney(browser: Browser, application: Application): Promise<void> {
  const { page, faults } = await openPage(browser, application.url)
  await page.goto('/?person=ben&lang=en')
  const alert = page.locator('#chat').getByText(/Tram 3.* min late/)
  await alert.first().waitFor({ timeout: 90_000 })
  await page
    .locator('#lines')
    .getByText(/disrupted/)
    .first()
    .waitFor()
  await takePicture(page)
  expect(await barriers(page)).toEqual([])
  await page.goto('/phone?person=ben&lang=en')
  await alert.first().waitFor()
  expect(await barriers(page)).toEqual([])
  expect(faults).toEqual([])
  await page.context().close()
}

/** The README's picture, where SCREENSHOT_DIR says that it is wanted. */
async function takePicture(page: { screenshot(options: { path: string }): Promise<unknown> }): Promise<void> {
  const folder = process.env.SCREENSHOT_DIR
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, 'screenshot.png') })
}
