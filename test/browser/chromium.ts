import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core'

const executablePath = '/usr/bin/chromium'
export const hasChromium = existsSync(executablePath)

export const startChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox', '--headless', '--disable-background-networking', '--disable-gpu'] })

/** A page, and everything that went wrong in it: console errors, page errors, requests to anybody but the application. */
export interface WatchedPage {
  readonly page: Page
  readonly faults: string[]
}

export async function openPage(browser: Browser, baseURL: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL,
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const faults: string[] = []
  page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()} ${message.location().url}`))
  page.on('pageerror', (error) => faults.push(`page: ${error.message}`))
  context.on('request', (request) => isForeign(request.url(), baseURL) && faults.push(`request: ${request.url()}`))
  return { page, faults }
}

const isForeign = (url: string, baseURL: string): boolean => /^(https?|wss?):/.test(url) && new URL(url).host !== new URL(baseURL).host
