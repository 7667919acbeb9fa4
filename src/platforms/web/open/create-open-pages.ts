import type { DrawnPage, PageCache } from '../cache/page-cache.js'
import type { Preferences } from '../http/preferences.js'
import type { Ui } from '../views/ui.js'
import type { PageFrame } from '../views/view-models.js'
import type { OpenPage, OpenPages } from './open-page.js'
import { PageBytes } from './page-bytes.js'

export type OpenPagesOptions = {
  /** Where drawn pages are kept; null: nowhere. */
  cache: PageCache<PageBytes> | null
  /** Headers of every answer, names and values in turn. */
  head: readonly string[]
  /** The words and the frame of a reader who is not signed in. */
  framed(reader: Preferences, own: OpenPage['frame']): { ui: Ui; frame: PageFrame }
}

/** Pages that are the same for all readers of one language and theme who are not signed in. */
export function createOpenPages({ cache, head, framed }: OpenPagesOptions): OpenPages<PageBytes> {
  const keyOf = ({ key }: OpenPage, { locale, theme }: Preferences) => `${key} ${locale} ${theme}`

  async function draw(page: OpenPage, reader: Preferences): Promise<DrawnPage<PageBytes> | null> {
    const { ui, frame } = framed(reader, page.frame)
    const drawing = await page.draw(ui, frame)
    if (!drawing) return null
    const { markup, accountIds, counts } = drawing
    // Without a cache nobody could be told that he has it already: it is drawn first in any case.
    return { body: new PageBytes(markup, head, { isLabelled: cache !== null }), accountIds, counts }
  }

  return {
    kept: (page, reader) => cache?.kept(keyOf(page, reader))?.body ?? null,
    async read(page, reader) {
      const drawn = cache
        ? await cache.page(keyOf(page, reader), page.about, () => draw(page, reader))
        : await draw(page, reader)
      return drawn?.body ?? null
    },
  }
}
