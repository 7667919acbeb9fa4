const ART = {
  bars: 'M6 44V34H14V44ZM20 44V26H28V44ZM34 44V30H42V44ZM48 44V14H56V44Z',
  podium: 'M24 44V12H40V44ZM6 44V24H22V44ZM42 44V30H58V44Z',
}

/** What stands where nothing is yet: a quiet drawing, what is missing, and what will fill it. */
export function EmptyState({ title, text, art }: { title: string; text: string; art: keyof typeof ART }) {
  return (
    <div class="empty">
      <svg class="empty-art" viewBox="0 0 64 48" aria-hidden="true" focusable="false">
        <path d={ART[art]} />
      </svg>
      <p class="empty-title">{title}</p>
      <p class="empty-text">{text}</p>
    </div>
  )
}
