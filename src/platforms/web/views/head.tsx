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

/** No evaluation and no injected style or script elements: the site's policy would refuse them. */
const HTMX_CONFIG = JSON.stringify({
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyEnabled: false,
})

const OG_LOCALES = { ru: 'ru_RU', en: 'en_US' } as const

function PreviewTags({ ui, frame, meta }: { ui: Ui; frame: PageFrame; meta: PageMeta }) {
  const { publicUrl } = frame
  const absolute = (query: Record<string, string>) =>
    `${publicUrl}${withQuery(frame.path, { ...frame.query, ...query })}`
  return (
    <>
      <meta property="og:site_name" content={ui.t('web:brand')} />
      <meta property="og:type" content={meta.type ?? 'website'} />
      <meta property="og:title" content={meta.title} />
      <meta property="og:description" content={meta.description} />
      <meta property="og:locale" content={OG_LOCALES[ui.locale]} />
      {publicUrl && <meta property="og:url" content={absolute({})} />}
      {publicUrl && <link rel="canonical" href={absolute({})} />}
      {publicUrl &&
        LOCALES.map((locale) => <link rel="alternate" hreflang={locale} href={absolute({ lang: locale })} />)}
      {publicUrl && <link rel="alternate" hreflang="x-default" href={absolute({})} />}
      {publicUrl && meta.imagePath && (
        <meta property="og:image" content={`${publicUrl}${withQuery(meta.imagePath, { lang: ui.locale })}`} />
      )}
      {publicUrl && meta.imagePath && <meta property="og:image:type" content="image/png" />}
      {publicUrl && meta.imagePath && <meta property="og:image:width" content="1200" />}
      {publicUrl && meta.imagePath && <meta property="og:image:height" content="630" />}
      {publicUrl && meta.imagePath && <meta property="og:image:alt" content={meta.title} />}
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
export function Head({ ui, frame, meta }: { ui: Ui; frame: PageFrame; meta: PageMeta }) {
  const asset = (name: string) => assetHref(name, frame.assetVersion)
  const fonts = ui.locale === 'ru' ? ['cyrillic', 'latin'] : ['latin']
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{meta.title}</title>
      <meta name="description" content={meta.description} />
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
      <PreviewTags ui={ui} frame={frame} meta={meta} />
      {(frame.liveUrl || frame.polls) && <meta name="htmx-config" content={HTMX_CONFIG} />}
      {(frame.liveUrl || frame.polls) && <script src={asset('htmx.min.js')} defer></script>}
      {frame.liveUrl && <script src={asset('sse.js')} defer></script>}
      <script src={asset('live.js')} defer></script>
    </head>
  )
}
