import { type Context, Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import { chooseName } from '../../../core/accounts/choose-name.js'
import { readOwnFacts } from '../../../core/accounts/own-facts.js'
import { changeSettings, readSettings } from '../../../core/accounts/settings.js'
import { USUAL_QUIET } from '../../../core/deliveries/notice-policy.js'
import { readAvatarChoice } from '../../../core/pictures/avatars.js'
import { readPasswordLogin } from '../../../core/website/password-login.js'
import { LOCALES } from '../../../i18n/translate.js'
import { type Member, memberOf } from '../auth/guard.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { WebEnv } from '../http/client-address.js'
import { SettingsPage } from '../views/settings.js'
import { withQuery } from '../views/urls.js'

const PATH = '/settings'
const YEAR_SECONDS = 31_536_000
const DONE = [
  'name',
  'avatar',
  'language',
  'notices',
  'private_on',
  'private_off',
  'password',
  'email',
] as const
const BAD = ['name', 'avatar', 'choice'] as const

/** What became of a choice: a word of DONE or BAD. */
type Ending = { done: (typeof DONE)[number] } | { bad: (typeof BAD)[number] }

/** `/settings`: each choice is a form of its own and takes effect everywhere at once. */
export function settingsRoutes({ auth, forms, tools }: SignInKit): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  const { db, settings: site } = tools.deps

  app.get(PATH, async (c) => {
    const member = memberOf(c, PATH)
    if (member instanceof Response) return member
    const { accountId } = member
    const [settings, user, login, pictures] = await Promise.all([
      readSettings(db.kysely, accountId),
      readOwnFacts(db.kysely, accountId),
      readPasswordLogin(db.kysely, accountId),
      readAvatarChoice(db.kysely, accountId),
    ])
    const { ui, frame } = tools.frame(c, { path: PATH, sheets: ['settings'] })
    const done = DONE.find((one) => one === c.req.query('done'))
    const bad = BAD.find((one) => one === c.req.query('bad'))
    const model = {
      accountId,
      displayName: user?.displayName ?? '',
      settings,
      pictures: pictures && { ...pictures, chosen: pictures.chosen !== null },
      telegram: user?.telegram ?? false,
      discord: user?.discord ?? false,
      usualQuiet: USUAL_QUIET,
      password: login.status,
      email: user?.email ?? null,
      mail: auth.ways().mail,
      note: done ? { done } : bad ? { bad } : null,
      token: forms.token(c),
    }
    return tools.page(c, <SettingsPage ui={ui} frame={frame} model={model} />, 200, 'no-store')
  })

  /** A form that changes something: only from our page, only for the member of this session. */
  const on = (
    path: string,
    change: (member: Member, form: Record<string, string>, c: Context<WebEnv>) => Promise<Ending>,
  ) =>
    app.post(`${PATH}/${path}`, async (c) => {
      const form = await forms.read(c)
      if (!form) return tools.fail(c, { kind: 'stale_form' })
      const member = memberOf(c, PATH)
      if (member instanceof Response) return member
      return c.redirect(withQuery(PATH, await change(member, form, c)), 303)
    })

  on('name', async ({ accountId }, { name = '' }) => {
    const { status } = await chooseName(db, accountId, name)
    return status === 'chosen' ? { done: 'name' } : { bad: 'name' }
  })

  on('avatar', async ({ accountId }, form) => {
    const choice = await readAvatarChoice(db.kysely, accountId)
    const source = choice?.offered.find((one) => one === form.source)
    if (!source) return { bad: 'avatar' }
    await changeSettings(db, accountId, { avatar_source: source })
    return { done: 'avatar' }
  })

  on('language', async ({ accountId }, form, c) => {
    const locale = LOCALES.find((one) => one === form.locale)
    if (!locale) return { bad: 'choice' }
    await changeSettings(db, accountId, { locale })
    setCookie(c, 'lang', locale, {
      path: '/',
      maxAge: YEAR_SECONDS,
      sameSite: 'Lax',
      secure: site.publicUrl.startsWith('https:'),
    })
    return { done: 'language' }
  })

  on('notices', async ({ accountId }, form) => {
    const [from, to] = [hourIn(form.quiet_from), hourIn(form.quiet_to)]
    if (from === null || to === null) return { bad: 'choice' }
    const [telegram, discord] = [form.telegram === 'on', form.discord === 'on']
    const isUsual = from === USUAL_QUIET.from && to === USUAL_QUIET.to
    await changeSettings(db, accountId, {
      notices: telegram || discord,
      // Without any the switches of the single platforms stay as they were, for whoever turns them on again.
      ...(telegram || discord ? { notices_telegram: telegram, notices_discord: discord } : {}),
      quiet_from: isUsual ? null : from,
      quiet_to: isUsual ? null : to,
    })
    return { done: 'notices' }
  })

  on('privacy', async ({ accountId }, form) => {
    if (form.private !== 'on' && form.private !== 'off') return { bad: 'choice' }
    const hide = form.private === 'on'
    await changeSettings(db, accountId, { private: hide })
    return { done: hide ? 'private_on' : 'private_off' }
  })

  return app
}

function hourIn(text: string | undefined): number | null {
  return text !== undefined && /^(?:1?\d|2[0-3])$/.test(text) ? Number(text) : null
}
