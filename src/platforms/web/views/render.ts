import type { JSX } from '#jsx/jsx-runtime'

/** A whole page as text, doctype first. */
export function renderPage(page: JSX.Element): string {
  return `<!doctype html>${String(page)}`
}

/** One live fragment as text, in one line, so that it fits a single `data:` field of an SSE message. */
export function renderFragment(fragment: JSX.Element): string {
  return String(fragment).replaceAll(/[\r\n]+/g, ' ')
}
