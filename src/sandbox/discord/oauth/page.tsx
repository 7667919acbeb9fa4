/** @jsxImportSource hono/jsx */
import { createHash } from 'node:crypto'
import { type Locale, translator } from '../../../i18n/translate.js'
import type { User } from '../model/types.js'
import type { AuthorizeRequest } from './authorize.js'

const STYLE = `
:root { color-scheme: light dark; --bg: #e3e5e8; --card: #fff; --ink: #060607; --dim: #4e5058; --line: #d5d9de; --accent: #4752c4 }
@media (prefers-color-scheme: dark) { :root { --bg: #1e1f22; --card: #313338; --ink: #f2f3f5; --dim: #b5bac1; --line: #4e5058; --accent: #5865f2 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 16px; background: var(--bg); color: var(--ink); font: 16px/1.45 system-ui, sans-serif }
main { width: min(100%, 440px); background: var(--card); border-radius: 12px; padding: 24px }
h1 { font-size: 20px; margin: 0 0 12px } h2 { font-size: 13px; text-transform: uppercase; color: var(--dim); margin: 20px 0 8px }
p { margin: 0 0 8px; color: var(--dim) } ul { margin: 0; padding-left: 20px }
.note { font-size: 13px; border: 1px solid var(--line); border-radius: 8px; padding: 8px 12px }
label { display: flex; gap: 12px; align-items: center; padding: 10px 12px; border: 1px solid var(--line); border-radius: 8px; margin-bottom: 6px; cursor: pointer }
label:has(input:checked) { border-color: var(--accent) } small { color: var(--dim); display: block }
bdi { overflow-wrap: anywhere }
.row { display: flex; gap: 12px; margin-top: 20px } button { flex: 1; min-height: 44px; border: 0; border-radius: 8px; font: inherit; font-weight: 600; cursor: pointer }
button[value=allow] { background: var(--accent); color: #fff } button[value=deny] { background: transparent; color: inherit; border: 1px solid var(--line) }
button:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
`
const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`

/** The policy of the consent page: no scripts, its own style only, the form may end at the application. */
export function pagePolicy(formTarget: string | null): string {
  const action = formTarget ? `'self' ${formTarget}` : "'self'"
  const local = 'http://127.0.0.1:* http://localhost:*'
  return `default-src 'none'; style-src ${STYLE_HASH}; base-uri 'none'; form-action ${action}; frame-ancestors ${local}`
}

interface ConsentProps {
  readonly locale: Locale
  readonly request: AuthorizeRequest
  readonly people: readonly User[]
  readonly query: string
}

function Frame(props: { locale: Locale; title: string; children: unknown }) {
  return (
    <html lang={props.locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{props.title}</title>
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <main>{props.children}</main>
      </body>
    </html>
  )
}

function Consent({ locale, request, people, query }: ConsentProps) {
  const t = translator(locale)
  const say = (key: string, values?: Record<string, unknown>): string =>
    t(`sandboxDiscord:oauth.${key}`, values)
  const known = request.scopes.filter((one) => ['identify', 'email', 'guilds'].includes(one))
  return (
    <Frame locale={locale} title={say('title')}>
      <h1>{say('wants', { app: 'TTFD' })}</h1>
      <p class="note">{say('sandbox')}</p>
      <form method="post" action={`?${query}`}>
        <h2>{say('whoAreYou')}</h2>
        {people.map((one, index) => (
          <label>
            <input type="radio" name="user" value={one.id} checked={index === 0} />
            <span>
              <bdi>{one.globalName ?? one.username}</bdi>
              <small>
                @{one.username} · {one.email ?? say('noEmail')}
                {one.email && !one.verified ? ` (${say('unverified')})` : ''}
              </small>
            </span>
          </label>
        ))}
        <h2>{say('scopes')}</h2>
        <ul>
          {known.map((one) => (
            <li>{say(`scope.${one}`)}</li>
          ))}
        </ul>
        <div class="row">
          <button type="submit" name="decision" value="deny">
            {say('deny')}
          </button>
          <button type="submit" name="decision" value="allow">
            {say('allow')}
          </button>
        </div>
      </form>
      <p>{say('back', { origin: new URL(request.redirectUri).origin })}</p>
    </Frame>
  )
}

/** The page on which a visitor picks an invented person and consents or not. */
export function consentPage(props: ConsentProps): string {
  return `<!doctype html>${String(<Consent {...props} />)}`
}

/** The page shown when the request cannot even be sent back. */
export function problemPage(locale: Locale, problem: 'unknownClient' | 'badRedirect'): string {
  const t = translator(locale)
  const page = (
    <Frame locale={locale} title={t('sandboxDiscord:oauth.problem')}>
      <h1>{t('sandboxDiscord:oauth.problem')}</h1>
      <p>{t(`sandboxDiscord:oauth.${problem}`)}</p>
    </Frame>
  )
  return `<!doctype html>${String(page)}`
}
