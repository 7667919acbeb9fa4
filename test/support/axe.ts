import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

// One that ends may begin others: what inherits a colour follows it.
const TRANSITIONS_ENDED = `(async () => {
  for (;;) {
    await new Promise((done) => setTimeout(done, 20))
    const running = document.getAnimations().filter((one) => one instanceof CSSTransition)
    if (running.length === 0) return true
    await Promise.allSettled(running.map((one) => one.finished))
  }
})()`

/** What a page's look decides: colours, sizes and what scrolls. Everything else is the same markup in every look. */
const RULES_OF_LOOKS = [
  'color-contrast',
  'link-in-text-block',
  'meta-viewport',
  'scrollable-region-focusable',
  'target-size',
]

/**
 * What axe finds wrong with a page, or with the part of it that is chosen: the rule, how grave, and the element.
 * `onlyLook` is for a page whose markup another look has shown already; it takes half as long.
 */
export async function accessibilityFaults(
  page: Page,
  part: { include?: string; exclude?: string; onlyLook?: boolean } = {},
): Promise<string[]> {
  // After a click the next page may have begun only: without its sheets it has other colours and sizes.
  await page.waitForLoadState('load')
  // A colour that is still changing is none of the page's colours.
  await page.evaluate(TRANSITIONS_ENDED)
  // Within the page: its other way opens one more page in the browser for each that it looks at, and takes twice as long.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({
    resultTypes: ['violations'],
    ...(part.onlyLook && !process.env.LONG ? { runOnly: { type: 'rule', values: RULES_OF_LOOKS } } : {}),
  })
  if (part.include) axe.include(part.include)
  if (part.exclude) axe.exclude(part.exclude)
  const { violations } = await axe.analyze()
  return violations.flatMap(({ id, impact, nodes }) => nodes.map(({ html }) => `${impact} ${id}: ${html}`))
}
