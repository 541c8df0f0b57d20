import type { Browser } from 'playwright-core'
import { barriers } from './accessibility'
import type { Application } from './application'
import { openPage } from './chromium'

/** Somebody without JavaScript subscribes to a line, and by one message in the messenger (the demo's phone). */
export async function riderJourney(browser: Browser, application: Application): Promise<void> {
  const { page, faults } = await openPage(browser, application.url, { javaScriptEnabled: false, viewport: { width: 390, height: 844 } })
  await page.goto('/s/lindenau?lang=en')
  await page.getByRole('link', { name: 'Get alerts for my lines' }).click()
  await page.locator('input[name=line][value=tram-1]').check()
  await page.locator('input[name=channel][value=TELEGRAM]').check()
  await page.getByRole('button', { name: 'Continue' }).click()
  const link = page.getByRole('link', { name: 'Open in Telegram' })
  await link.waitFor()
  expect(await link.getAttribute('href')).toMatch(/start=[\w-]{1,64}$/)
  await page.getByRole('img', { name: /scan this code/ }).waitFor()
  await link.click()
  await page.getByRole('button', { name: 'Send' }).click()
  await expectAnswer(application)
  expect(faults).toEqual([])
  await page.context().close()
}

/** Ben, on whom the phone opens in English, did not follow Tram 1 before. */
async function expectAnswer(application: Application): Promise<void> {
  const end = Date.now() + 30_000
  while (Date.now() < end) {
    if ((await application.messages(1002)).some((m) => /^Your lines:.*Tram 1\b/.test(m))) return
    await new Promise((done) => setTimeout(done, 200))
  }
  throw new Error('The bot did not answer within 30 s')
}

/** Axe itself needs scripts. */
export async function publicPagesAreOpenToAll(browser: Browser, application: Application): Promise<void> {
  const { page, faults } = await openPage(browser, application.url)
  for (const path of ['/r/lindenau', '/s/lindenau', '/s']) {
    await page.goto(`${path}?lang=en`)
    expect([path, await barriers(page)]).toEqual([path, []])
  }
  expect(faults).toEqual([])
  await page.context().close()
}
