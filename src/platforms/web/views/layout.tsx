import type { Child } from '#jsx/jsx-runtime'
import { LOCALES } from '../../../i18n/translate.js'
import { DATA_PATH } from '../auth/closing-gate.js'
import { BrandMark } from './emblem.js'
import { Form } from './form.js'
import { type Blanks, blanksOf, Head, type PageMeta } from './head.js'
import { MoonIcon, PersonIcon, SunIcon } from './icons.js'
import { keptFrame } from './kept-frame.js'
import type { Ui } from './ui.js'
import { withQuery } from './urls.js'
import type { PageFrame, Theme, Viewer } from './view-models.js'

export type PageProps = { ui: Ui; frame: PageFrame }
type Section = 'home' | 'leaderboard' | null

type PartProps = PageProps & { blanks: Blanks }

function ThemeLink(props: PartProps & { theme: Theme; children: Child; class: string; label?: string }) {
  const { frame, blanks, theme, label } = props
  return (
    <a
      class={props.class}
      href={`${blanks.stem}theme=${theme}`}
      rel="nofollow"
      data-theme-choice={theme}
      aria-label={label}
      title={label}
      aria-current={!label && frame.theme === theme ? 'true' : undefined}
    >
      {props.children}
    </a>
  )
}

/** Where the signed-in reader's own page is. */
function viewerHref({ accountId, href }: Viewer): string {
  return href ?? (accountId === null ? SESSIONS : '/profile')
}

const SESSIONS = '/settings/sessions'

function AccountLink({ ui, frame }: PageProps) {
  if (frame.viewer) {
    return (
      <a class="tool account" href={viewerHref(frame.viewer)} aria-label={ui.t('web:nav.my_profile')}>
        <PersonIcon />
        <span class="account-name">{ui.t('web:nav.my_profile')}</span>
      </a>
    )
  }
  if (!frame.signInHref) return null
  return (
    <a class="button button-small account" href={withQuery(frame.signInHref, {})}>
      {ui.t('web:nav.sign_in')}
    </a>
  )
}

function Header({ ui, frame, blanks, section }: PartProps & { section: Section }) {
  const { t } = ui
  const other = LOCALES.find((locale) => locale !== ui.locale) ?? ui.locale
  return (
    <header class="site-header">
      <div class="wrap site-header-row">
        <a class="brand" href="/" aria-label={`${t('web:brand')}: ${t('web:nav.home')}`}>
          <BrandMark />
          <span>{t('web:brand')}</span>
        </a>
        <nav class="site-nav" aria-label={t('web:nav.label')}>
          <a href="/leaderboard" aria-current={section === 'leaderboard' ? 'page' : undefined}>
            {t('web:nav.leaderboard')}
          </a>
        </nav>
        <div class="site-tools">
          <a
            class="tool tool-text"
            href={`${blanks.stem}lang=${other}`}
            hreflang={other}
            lang={other}
            rel="nofollow"
            aria-label={t(`web:language.${other}`)}
          >
            {other.toUpperCase()}
          </a>
          <ThemeLink
            ui={ui}
            frame={frame}
            blanks={blanks}
            theme="dark"
            class="tool to-dark"
            label={t('web:theme.to_dark')}
          >
            <MoonIcon />
          </ThemeLink>
          <ThemeLink
            ui={ui}
            frame={frame}
            blanks={blanks}
            theme="light"
            class="tool to-light"
            label={t('web:theme.to_light')}
          >
            <SunIcon />
          </ThemeLink>
          <AccountLink ui={ui} frame={frame} />
        </div>
      </div>
    </header>
  )
}

/** What the signed-in reader may do from every page. */
function AccountChoices({ ui, frame }: PageProps) {
  const token = frame.viewer?.formToken
  if (!token) return null
  return (
    <div class="choices">
      <a class="choice" href={SESSIONS} aria-current={frame.path === SESSIONS ? 'page' : undefined}>
        {ui.t('auth:sessions.nav')}
      </a>
      <Form action="/logout" token={token} class="form-inline">
        <button class="choice choice-button" type="submit">
          {ui.t('auth:logout.submit')}
        </button>
      </Form>
    </div>
  )
}

function Footer({ ui, frame, blanks }: PartProps) {
  const { t } = ui
  return (
    <footer class="site-footer">
      <div class="wrap site-footer-row">
        <p class="site-footer-about">
          <BrandMark />
          {t('web:footer.about')}
        </p>
        <nav class="choices" aria-label={t('web:theme.label')}>
          {(['auto', 'light', 'dark'] as const).map((theme) => (
            <ThemeLink ui={ui} frame={frame} blanks={blanks} theme={theme} class="choice">
              {t(`web:theme.${theme}`)}
            </ThemeLink>
          ))}
        </nav>
        <nav class="choices" aria-label={t('web:language.label')}>
          {LOCALES.map((locale) => (
            <a
              class="choice"
              href={`${blanks.stem}lang=${locale}`}
              hreflang={locale}
              lang={locale}
              rel="nofollow"
              aria-current={locale === ui.locale ? 'true' : undefined}
            >
              {t(`web:language.${locale}`)}
            </a>
          ))}
        </nav>
        <AccountChoices ui={ui} frame={frame} />
      </div>
    </footer>
  )
}

function SandboxBanner({ ui }: { ui: Ui }) {
  return (
    <aside class="sandbox" aria-label={ui.t('web:sandbox.title')}>
      <p class="wrap">
        <strong>{ui.t('web:sandbox.title')}</strong> {ui.t('web:sandbox.text')}{' '}
        <a href="/sandbox">{ui.t('web:sandbox.open')}</a>
      </p>
    </aside>
  )
}

/** Stands over every page while the reader's account is being deleted, but the one that offers to keep it. */
function ClosingBanner({ ui, frame }: PageProps) {
  const closing = frame.viewer?.closing
  if (!closing || frame.path === DATA_PATH) return null
  return (
    <aside class="sandbox" aria-label={ui.t('deletion:closing.title')}>
      <p class="wrap">
        <strong>{ui.t('deletion:closing.banner', { when: ui.moment(closing) })}</strong>{' '}
        <a href={DATA_PATH}>{ui.t('deletion:closing.keep')}</a>
      </p>
    </aside>
  )
}

type LayoutProps = PageProps & { meta: PageMeta; section: Section; children: Child }

function Drawn(props: LayoutProps & { blanks: Blanks }) {
  const { ui, frame, blanks } = props
  const live = frame.liveUrl ? { 'hx-ext': 'sse', 'sse-connect': blanks.live } : {}
  return (
    <html lang={ui.locale} data-theme={frame.theme === 'auto' ? undefined : frame.theme}>
      <Head ui={ui} frame={frame} meta={props.meta} blanks={blanks} />
      <body>
        <a class="skip" href="#content">
          {ui.t('web:skip')}
        </a>
        {frame.sandbox && <SandboxBanner ui={ui} />}
        <ClosingBanner ui={ui} frame={frame} />
        <Header ui={ui} frame={frame} blanks={blanks} section={props.section} />
        <main id="content" class="wrap" tabindex={-1} {...live}>
          {props.children}
        </main>
        <Footer ui={ui} frame={frame} blanks={blanks} />
        {frame.liveUrl && (
          <p id="live-status" class="live-status" role="status" data-off={ui.t('web:live.off')} hidden></p>
        )}
        {frame.liveUrl && <p id="live-announce" class="visually-hidden" role="status"></p>}
      </body>
    </html>
  )
}

/** The frame around every page: head, skip link, header, live connection, footer. */
export function Layout({ children, ...props }: LayoutProps) {
  const blanks = blanksOf(props.frame, props.meta)
  const draw = ({ children, ...blanks }: Blanks & { children: Child }) => (
    <Drawn {...props} blanks={blanks}>
      {children}
    </Drawn>
  )
  // What the signed-in reader sees there is his own.
  if (props.frame.viewer) return draw({ ...blanks, children })
  return keptFrame(props, draw)({ ...blanks, children: <>{children}</> })
}
