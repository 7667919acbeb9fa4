import { type JSX, stencil } from '#jsx/jsx-runtime'
import type { Blanks, PageMeta } from './head.js'
import type { Ui } from './ui.js'
import type { PageFrame } from './view-models.js'

const HOLES = ['stem', 'address', 'live', 'title', 'description', 'image', 'children'] as const
type Fill = (values: Blanks & { children: JSX.Element }) => JSX.Element

const kept = new WeakMap<Ui, Map<string, Fill>>()
/** One for each kind of page and theme. */
const KEPT_MAX = 64

/** The frame of all pages of a kind for readers who are not signed in: drawn once a language, then filled in. */
export function keptFrame(
  { ui, frame, meta, section }: { ui: Ui; frame: PageFrame; meta: PageMeta; section: string | null },
  draw: (holes: Blanks & { children: string }) => JSX.Element,
): Fill {
  // Whatever the drawing looks at besides its holes.
  const kind = JSON.stringify([
    section,
    frame.theme,
    frame.publicUrl,
    frame.assetVersion,
    frame.signInHref,
    frame.sheets,
    frame.polls,
    frame.sandbox,
    Boolean(frame.liveUrl),
    meta.type,
    meta.index,
    Boolean(meta.imagePath),
  ])
  const frames = kept.get(ui) ?? new Map<string, Fill>()
  kept.set(ui, frames)
  const known = frames.get(kind)
  if (known) return known
  const drawn = stencil(HOLES, draw)
  if (frames.size < KEPT_MAX) frames.set(kind, drawn)
  return drawn
}
