import type { JSX } from '#jsx/jsx-runtime'
import type { Locale, Translate } from '../../i18n/translate.js'
import type { TelegramSandbox } from '../telegram/start-telegram-sandbox.js'
import { Icon } from './icons.js'
import type { PlaygroundPane } from './pane.js'
import { SitePane } from './site-pane.js'
import { TelegramPane } from './telegram-pane.js'

export interface PageModel {
  t: Translate
  locale: Locale
  /** The reader's choice on the website; `auto` follows the system. */
  theme: 'auto' | 'light' | 'dark'
  base: string
  sitePath: string
  assetHref(file: string): string
  telegram: TelegramSandbox
  extra: { pane: PlaygroundPane; body: JSX.Element } | undefined
  /** Words that the page's script shows, by key. */
  words: Record<string, unknown>
}

/** The whole playground page. */
export function PlaygroundPage(model: PageModel) {
  const { t, locale, theme, base, sitePath, assetHref, telegram, extra } = model
  const styles = [
    'sandbox.css',
    'sandbox-telegram.css',
    'sandbox-messages.css',
    ...(extra?.pane.styles ?? []),
  ]
  const scripts = ['sandbox.js', ...(extra?.pane.scripts ?? [])]
  return (
    <html lang={locale} {...(theme !== 'auto' && { 'data-theme': theme })}>
      <head>
        <meta charset="utf-8" />
        <meta
          name="viewport"
          content="width=device-width, initial-scale=1, interactive-widget=resizes-content"
        />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content={theme === 'auto' ? 'light dark' : theme} />
        <title>{t('sandbox:title')}</title>
        <link rel="icon" href={assetHref('favicon.svg')} type="image/svg+xml" />
        {styles.map((file) => (
          <link rel="stylesheet" href={assetHref(file)} />
        ))}
        {scripts.map((file) => (
          <script type="module" src={assetHref(file)} />
        ))}
      </head>
      <body
        class="playground"
        data-base={base}
        data-locale={locale}
        data-active="telegram"
        data-panes={extra ? '3' : '2'}
        data-words={JSON.stringify(model.words)}
      >
        <Top t={t} sitePath={sitePath} extra={extra?.pane} />
        <noscript>
          <p class="noscript">{t('sandbox:noscript')}</p>
        </noscript>
        <main class="panes">
          <TelegramPane t={t} telegram={telegram} />
          {extra && (
            <section
              class={`pane pane-${extra.pane.name}`}
              id={`pane-${extra.pane.name}`}
              aria-label={extra.pane.title(t)}
            >
              {extra.body}
            </section>
          )}
          <SitePane t={t} path={sitePath} />
        </main>
      </body>
    </html>
  )
}

function Top({ t, sitePath, extra }: { t: Translate; sitePath: string; extra: PlaygroundPane | undefined }) {
  const steps = ['start', 'play', 'watch'] as const
  return (
    <header class="top">
      <a class="brand" href={sitePath}>
        <Emblem />
        <span>TTFD</span>
      </a>
      <h1 class="badge">{t('sandbox:badge')}</h1>
      <p class="note">{t('sandbox:note')}</p>
      <ol class="tour" aria-label={t('sandbox:tour.label')}>
        {steps.map((step) => (
          <li class="tour-step" data-step={step}>
            <span class="tour-words">{t(`sandbox:tour.${step}`)}</span>
          </li>
        ))}
      </ol>
      <nav class="tabs" aria-label={t('sandbox:panes')}>
        <Tab pane="telegram" title={t('sandbox:telegram')} icon="telegram" pressed />
        {extra && <Tab pane={extra.name} title={extra.title(t)} icon="pane" />}
        <Tab pane="site" title={t('sandbox:site')} icon="site" />
      </nav>
    </header>
  )
}

function Tab(props: { pane: string; title: string; icon: 'telegram' | 'pane' | 'site'; pressed?: boolean }) {
  return (
    <button type="button" class="tab" data-pane={props.pane} aria-pressed={props.pressed ? 'true' : 'false'}>
      <Icon name={props.icon} />
      {props.title}
    </button>
  )
}

function Emblem() {
  return (
    <svg class="emblem" viewBox="4 4 56 56" aria-hidden="true">
      <path class="emblem-body" d="M32 6L52 16V42L32 58L12 42V16Z" />
      <path class="emblem-letter" d="M20 24H44M32 24V47" />
    </svg>
  )
}
