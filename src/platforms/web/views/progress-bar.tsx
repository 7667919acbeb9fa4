import { stencil } from '#jsx/jsx-runtime'

/**
 * A bar from 0 to 100 percent. The width is an SVG attribute, since the site's policy allows no inline style.
 * The id lets the live update move the bar instead of redrawing it.
 */
export function ProgressBar({
  id,
  percent,
  label,
  text,
}: {
  id: string
  percent: number
  label: string
  text: string
}) {
  const width = Math.min(100, Math.max(0, percent))
  return bar({ id, label, text, now: width, width: `${width}%` })
}

const bar = stencil(['id', 'label', 'text', 'now', 'width'], ({ id, label, text, now, width }) => (
  <svg
    class="bar"
    width="100%"
    height="14"
    role="progressbar"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={100}
    aria-valuenow={now}
    aria-valuetext={text}
    focusable="false"
  >
    <rect class="bar-track" width="100%" height="14" />
    <rect class="bar-fill" id={id} width={width} height="14" />
  </svg>
))
