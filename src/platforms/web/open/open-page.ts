import type { WireText } from '#jsx/jsx-runtime'
import type { DrawnPage } from '../cache/page-cache.js'
import type { Preferences } from '../http/preferences.js'
import type { OwnFrame } from '../page-tools.js'
import type { Ui } from '../views/ui.js'
import type { PageFrame } from '../views/view-models.js'
import type { PageBytes } from './page-bytes.js'

/** A page that is the same for everybody who is not signed in, but for language and theme. */
export type OpenPage = {
  /** Names the page; the same key, the same page. */
  key: string
  /** The route's pattern, for metrics. */
  route: string
  /** The accounts that it will show; null when only the drawing tells. */
  about: readonly number[] | null
  /** What the frame around it needs. */
  frame: OwnFrame
  /** Draws it; null when there is no such page to see for everybody. */
  draw(ui: Ui, frame: PageFrame): Promise<DrawnPage<WireText> | null>
}

/** Draws open pages, or takes them from where they are kept. */
export type OpenPages = {
  /** The page as it is kept; null when it has to be drawn. */
  kept(page: OpenPage, reader: Preferences): PageBytes | null
  /** The page, kept or drawn; null when there is none to see for everybody. */
  read(page: OpenPage, reader: Preferences): Promise<PageBytes | null>
}
