import { type JSX, pageOf, type WireText } from '#jsx/jsx-runtime'

/** A whole page, doctype first, as it goes over the wire. */
export function renderPage(page: JSX.Element): WireText {
  return pageOf(page).wire
}

/** One live fragment as text, in one line, so that it fits a single `data:` field of an SSE message. */
export function renderFragment(fragment: JSX.Element): string {
  return String(fragment).replaceAll(/[\r\n]+/g, ' ')
}
