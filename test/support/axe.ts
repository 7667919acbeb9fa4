import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

/** The small form: it goes into every page that is looked at, and the large one takes twice as long to read there. */
function readAxe(): string {
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'))
  return readFileSync(resolve('axe-core/axe.min.js'), 'utf8')
}

let axe: string | null = null

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
  if (!(await page.evaluate<boolean>('"axe" in window'))) {
    axe ??= readAxe()
    await page.evaluate(`${axe};0`)
  }
  const context = {
    include: part.include ? [[part.include]] : [['html']],
    ...(part.exclude ? { exclude: [[part.exclude]] } : {}),
  }
  const options = {
    resultTypes: ['violations'],
    ...(part.onlyLook && !process.env.LONG ? { runOnly: { type: 'rule', values: RULES_OF_LOOKS } } : {}),
  }
  // A colour that is still changing is none of the page's colours.
  await page.evaluate(TRANSITIONS_ENDED)
  return page.evaluate<string[]>(
    `axe.run(${JSON.stringify(context)}, ${JSON.stringify(options)}).then(({ violations }) =>
      violations.flatMap(({ id, impact, nodes }) => nodes.map(({ html }) => impact + ' ' + id + ': ' + html)))`,
  )
}
