import { type AuthSite, startAuthSite } from '../auth/support/site.js'
import { freshDatabase } from '../support/databases.js'

/** The website with a clock that the test may move, and a person (Mira) signed in by Discord in the first browser. */
export async function settingsSite(options: Parameters<typeof startAuthSite>[1] = {}, person = 'mira') {
  let shift = 0
  const db = await freshDatabase('postgres')
  const site = await startAuthSite(db, { ...options, now: () => new Date(Date.now() + shift) })
  const browser = site.browser()
  await site.signIn(browser, person)
  const account = await accountOf(site, person)
  return Object.assign(site, {
    mira: browser,
    account,
    /** Lets the sign-in grow stale, and more. */
    wait(minutes: number) {
      shift += minutes * 60_000
    },
  })
}

export async function accountOf(site: AuthSite, person: string): Promise<number> {
  const row = await site.db.kysely
    .selectFrom('unified_users')
    .select('id')
    .where('discord_id', '=', site.discordId(person))
    .executeTakeFirstOrThrow()
  return row.id
}

/** Every form of these pages, with fields that would do something. */
export const FORMS: [path: string, fields: Record<string, string>][] = [
  ['/settings/name', { name: 'Другое имя' }],
  ['/settings/avatar', { source: 'generated' }],
  ['/settings/language', { locale: 'en' }],
  ['/settings/notices', { telegram: 'on', quiet_from: '1', quiet_to: '2' }],
  ['/settings/privacy', { private: 'on' }],
  ['/settings/password', { password: 'совсем новый пароль' }],
  ['/settings/email', { email: 'new@example.org' }],
  ['/settings/email/confirm', { token: 'a'.repeat(22) }],
  ['/settings/data/export', {}],
  ['/settings/data/delete', { name: 'Мира' }],
  ['/settings/data/delete/confirm', { name: 'Мира' }],
  ['/settings/data/keep', {}],
]
/** Those of them that need a sign-in at most 15 minutes old. */
export const FRESH = FORMS.map(([path]) => path).filter((path) => /password|email|export|delete/.test(path))
