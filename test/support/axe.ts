import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

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
