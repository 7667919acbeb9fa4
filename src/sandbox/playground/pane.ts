import type { Hono } from 'hono'
import type { JSX } from '#jsx/jsx-runtime'
import type { Locale, Translate } from '../../i18n/translate.js'

/** What a pane knows when it is drawn. */
export interface PaneView {
  locale: Locale
  t: Translate
  /** Path below which the playground is mounted, without a slash at the end: `/sandbox`. */
  base: string
}

/**
 * One more platform in the playground, beside Telegram and the website. The page gives it a tab and a
 * `<section class="pane" id="pane-<name>">`, and mounts its routes below `<base>/<name>`. The loopback check, the page's
 * headers and, for every POST, the check for JSON from the same origin are done before its routes are asked.
 */
export interface PlaygroundPane {
  /** Used in ids, classes and paths. */
  name: string
  /** What stands on its tab. */
  title(t: Translate): string
  /** Its markup. No inline scripts or styles: the page's policy refuses them. */
  render(view: PaneView): JSX.Element | Promise<JSX.Element>
  /** Files under `public/`, loaded by the page: `sandbox-discord.css`. */
  styles: readonly string[]
  /** Files under `public/`, loaded as modules: `sandbox-discord.js`. */
  scripts: readonly string[]
  routes: Hono
}
