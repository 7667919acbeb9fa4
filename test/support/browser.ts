import { type Browser, chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'

// What Playwright switches off, which a list of ours replaces, and below it what only costs time: a page in advance of
// every page, and the two hidden pages of the address line in every window. Halves the processor time of a new page.
const NO_FEATURES = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
  'SpareRendererForSitePerProcess',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxPopup',
]

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  // Else the browser asks its maker's hosts for this and that, and a closed network answers slowly.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${NO_FEATURES.join(',')}`,
]

/** Debian's Chromium. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS })

/** From now on collects what a page's console complains about, and its uncaught errors. */
export function faultsIn(page: Page, faults: string[] = []): string[] {
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
  })
  return faults
}

/** A page in a browser of its own; what it complains about is collected in `faults`. */
export async function openPage(
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<{ page: Page; faults: string[] }> {
  const browser = await launchBrowser()
  onTestFinished(() => browser.close())
  const page = await browser.newPage({ locale: 'ru-RU', viewport: { width: 1440, height: 900 }, ...options })
  return { page, faults: faultsIn(page) }
}
