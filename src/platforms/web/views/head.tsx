import { LOCALES } from '../../../i18n/translate.js'
import type { Ui } from './ui.js'
import { assetHref, withQuery } from './urls.js'
import type { PageFrame } from './view-models.js'

/** What a page says about itself to tabs, search and link previews. */
export type PageMeta = {
  title: string
  description: string
  type?: 'website' | 'profile'
  /** Path of a preview picture of 1200 by 630 pixels on this site, such as `/u/5/card.png`. */
  imagePath?: string | null
  /** False keeps the page out of search. */
  index?: boolean
}

/** What differs among pages of one kind, as their frame says it. */
export type Blanks = {
  /** The page's address, up to where a choice of language or theme follows. */
  stem: string
  /** The page's address. */
  address: string
  /** Where its live fragments come from; empty for a page that stands still. */
  live: string
  title: string
  description: string
  /** The path of its preview picture; empty without one. */
  image: string
}

export function blanksOf(frame: PageFrame, meta: PageMeta): Blanks {
  const address = withQuery(frame.path, frame.query ?? {})
  return {
    stem: `${address}${address.includes('?') ? '&' : '?'}`,
    address,
    live: frame.liveUrl ?? '',
    title: meta.title,
    description: meta.description,
    image: meta.imagePath ? withQuery(meta.imagePath, {}) : '',
  }
}

/**
 * No evaluation and no injected style or script elements: the site's policy would refuse them. A fragment is settled
 * as soon as it stands: until then it hears nothing, and a second change within that time would be lost.
 */
const HTMX_CONFIG = JSON.stringify({
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyEnabled: false,
  defaultSettleDelay: 0,
})

type HeadProps = { ui: Ui; frame: PageFrame; meta: PageMeta; blanks: Blanks }

const OG_LOCALES = { ru: 'ru_RU', en: 'en_US' } as const

function PreviewTags({ ui, frame, meta, blanks }: HeadProps) {
  const { publicUrl } = frame
  const address = `${publicUrl}${blanks.address}`
  return (
    <>
      <meta property="og:site_name" content={ui.t('web:brand')} />
      <meta property="og:type" content={meta.type ?? 'website'} />
      <meta property="og:title" content={blanks.title} />
      <meta property="og:description" content={blanks.description} />
      <meta property="og:locale" content={OG_LOCALES[ui.locale]} />
      {publicUrl && <meta property="og:url" content={address} />}
      {publicUrl && <link rel="canonical" href={address} />}
      {publicUrl &&
        LOCALES.map((locale) => (
          <link rel="alternate" hreflang={locale} href={`${publicUrl}${blanks.stem}lang=${locale}`} />
        ))}
      {publicUrl && <link rel="alternate" hreflang="x-default" href={address} />}
      {publicUrl && meta.imagePath && (
        <meta property="og:image" content={`${publicUrl}${blanks.image}?lang=${ui.locale}`} />
      )}
      {publicUrl && meta.imagePath && <meta property="og:image:type" content="image/png" />}
      {publicUrl && meta.imagePath && <meta property="og:image:width" content="1200" />}
      {publicUrl && meta.imagePath && <meta property="og:image:height" content="630" />}
      {publicUrl && meta.imagePath && <meta property="og:image:alt" content={blanks.title} />}
      <meta name="twitter:card" content={publicUrl && meta.imagePath ? 'summary_large_image' : 'summary'} />
    </>
  )
}

function ThemeColor({ theme }: { theme: PageFrame['theme'] }) {
  const light = '#f2f1ec'
  const dark = '#0c0e12'
  if (theme !== 'auto') return <meta name="theme-color" content={theme === 'dark' ? dark : light} />
  return (
    <>
      <meta name="theme-color" media="(prefers-color-scheme: light)" content={light} />
      <meta name="theme-color" media="(prefers-color-scheme: dark)" content={dark} />
    </>
  )
}

/** The document's head. Scripts only add to the page: everything reads without them. */
export function Head({ ui, frame, meta, blanks }: HeadProps) {
  const asset = (name: string) => assetHref(name, frame.assetVersion)
  const fonts = ui.locale === 'ru' ? ['cyrillic', 'latin'] : ['latin']
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{blanks.title}</title>
      <meta name="description" content={blanks.description} />
      {meta.index === false && <meta name="robots" content="noindex" />}
      <meta name="color-scheme" content={frame.theme === 'auto' ? 'light dark' : frame.theme} />
      <ThemeColor theme={frame.theme} />
      {fonts.map((name) => (
        <link
          rel="preload"
          href={`/assets/fonts/inter-${name}.woff2`}
          as="font"
          type="font/woff2"
          crossorigin=""
        />
      ))}
      <link rel="stylesheet" href={asset('app.css')} />
      {frame.sheets?.map((name) => (
        <link rel="stylesheet" href={asset(`${name}.css`)} />
      ))}
      <link rel="icon" href={asset('favicon.svg')} type="image/svg+xml" />
      <PreviewTags ui={ui} frame={frame} meta={meta} blanks={blanks} />
      {(frame.liveUrl || frame.polls) && <meta name="htmx-config" content={HTMX_CONFIG} />}
      {(frame.liveUrl || frame.polls) && <script src={asset('htmx.min.js')} defer></script>}
      {frame.liveUrl && <script src={asset('sse.js')} defer></script>}
      <script src={asset('live.js')} defer></script>
    </head>
  )
}
