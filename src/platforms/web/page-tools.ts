import type { Context } from 'hono'
import type { JSX, WireText } from '#jsx/jsx-runtime'
import type { Locale } from '../../i18n/translate.js'
import type { WebDeps } from './deps.js'
import type { WebEnv } from './http/client-address.js'
import type { ProfileReader } from './models.js'
import type { OpenPage } from './open/open-page.js'
import type { Ui } from './views/ui.js'
import type { ErrorModel, PageFrame } from './views/view-models.js'

/** What a page tells of itself for the frame around it. */
export type OwnFrame = Pick<PageFrame, 'path' | 'query' | 'liveUrl' | 'polls' | 'sheets'>

type PageStatus = 200 | 400 | 403 | 404 | 409 | 429 | 500 | 503

/** What routes need to answer with a page. */
export type PageTools = {
  deps: WebDeps
  /** The reader's words and the frame around a page of this path. */
  frame(c: Context<WebEnv>, own: OwnFrame): { ui: Ui; frame: PageFrame }
  /** `no-store` is for pages that show what only this browser may see, or hold a form. */
  page(
    c: Context<WebEnv>,
    element: JSX.Element,
    status?: PageStatus,
    caching?: 'no-cache' | 'no-store',
  ): Response
  /** The same for a page that is drawn already. */
  send(
    c: Context<WebEnv>,
    drawn: WireText | Buffer,
    status?: PageStatus,
    caching?: 'no-cache' | 'no-store',
  ): Response
  /** The words of a language, kept. */
  words(locale: Locale): Ui
  /** Members' public pages. */
  profiles: ProfileReader
  /** An open page for a reader who is not signed in; null when there is none to see. */
  open(c: Context<WebEnv>, page: OpenPage): Promise<Buffer | null>
  /** The error page with its status. */
  fail(c: Context<WebEnv>, model: ErrorModel): Response
}
