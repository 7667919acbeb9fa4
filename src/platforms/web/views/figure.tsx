import { stencil } from '#jsx/jsx-runtime'

/** Longer figures than this many characters are set smaller, so that sixteen digits still fit a phone. */
const LONG = 8
const VERY_LONG = 14

function sizeClass(text: string): string {
  if (text.length > VERY_LONG) return 'figure is-very-long'
  return text.length > LONG ? 'figure is-long' : 'figure'
}

/**
 * A number that matters. `live` names it: when its text changes after a live update, the page marks it for
 * a moment. `announce` is said to screen readers, at most once in a while.
 */
export function Figure({ text, live, announce }: { text: string; live: string; announce?: string }) {
  if (announce === undefined) return plainFigure({ size: sizeClass(text), text, live })
  return (
    <span class={sizeClass(text)} data-live={live} data-announce={announce}>
      {text}
    </span>
  )
}

const plainFigure = stencil(['size', 'text', 'live'], ({ size, text, live }) => (
  <span class={size} data-live={live}>
    {text}
  </span>
))

/** A badge that is shown only while the live connection stands. */
export function LiveBadge({ text }: { text: string }) {
  return (
    <span class="live-badge">
      <span class="live-dot" />
      {text}
    </span>
  )
}
