import { type Browser, chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  // Else the browser asks its maker's hosts for this and that, and a closed network answers slowly.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A page in Debian's Chromium; complaints of its console and uncaught errors are collected in `faults`. */
export async function openPage(
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<{ page: Page; faults: string[] }> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS })
  onTestFinished(() => browser.close())
  const page = await browser.newPage({ locale: 'ru-RU', viewport: { width: 1440, height: 900 }, ...options })
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
  })
  return { page, faults }
}
