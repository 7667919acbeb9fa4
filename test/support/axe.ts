import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** What axe finds wrong with a page, or with the part of it that is chosen: the rule, how grave, and the element. */
export async function accessibilityFaults(
  page: Page,
  part: { include?: string; exclude?: string } = {},
): Promise<string[]> {
  // Within the page: its other way opens one more page in the browser for each that it looks at, and takes twice as long.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  if (part.include) axe.include(part.include)
  if (part.exclude) axe.exclude(part.exclude)
  const { violations } = await axe.analyze()
  return violations.flatMap(({ id, impact, nodes }) => nodes.map(({ html }) => `${impact} ${id}: ${html}`))
}
