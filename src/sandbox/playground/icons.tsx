/** Line icons on a 24-unit square, drawn for this page. */
const PATHS = {
  back: 'M15 5l-7 7 7 7',
  more: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  send: 'M4 12l16-8-5 16-3-7z',
  menu: 'M4 7h16M4 12h16M4 17h10',
  reload: 'M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4',
  home: 'M4 11.5L12 4l8 7.5M6.5 10v9h11v-9',
  open: 'M13 4h7v7M20 4l-9 9M18 14v6H4V6h6',
  down: 'M6 9l6 6 6-6',
  telegram: 'M3.5 11.5L20.5 4l-3 16-6-4.5L20.5 4 8.5 13.5z',
  site: 'M4 5h16v14H4zM4 9h16M7 7v.01M9.5 7v.01',
  pane: 'M4 6h16v9H11l-4 4v-4H4z',
} as const

export type IconName = keyof typeof PATHS

/** An icon beside its word or inside a labelled button; silent for screen readers. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
