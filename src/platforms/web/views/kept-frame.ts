import { type JSX, stencil } from '#jsx/jsx-runtime'
import type { Blanks, PageMeta } from './head.js'
import { keeper } from './once.js'
import type { Ui } from './ui.js'
import type { PageFrame } from './view-models.js'

const HOLES = ['stem', 'address', 'live', 'title', 'description', 'image', 'children'] as const
type Fill = (values: Blanks & { children: JSX.Element }) => JSX.Element

/** One for each kind of page and theme. */
const kept = keeper<Fill>(64)

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
  return kept(ui, kind, () => stencil(HOLES, draw))
}
