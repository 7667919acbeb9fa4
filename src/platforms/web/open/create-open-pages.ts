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
export function createOpenPages({ cache, head, framed }: OpenPagesOptions): OpenPages {
  const keyOf = ({ key }: OpenPage, { locale, theme }: Preferences) => `${key} ${locale} ${theme}`

  async function draw(page: OpenPage, reader: Preferences): Promise<DrawnPage<PageBytes> | null> {
    const { ui, frame } = framed(reader, page.frame)
    const drawn = await page.draw(ui, frame)
    // Without a cache nobody could be told that he has it already: it is drawn first in any case.
    return drawn && { ...drawn, body: new PageBytes(drawn.body, head, { isKept: cache !== null }) }
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
