import { freshDatabase } from '../../support/databases.js'
import type { TestBrowser } from './browser.js'
import { type AuthSite, startAuthSite } from './site.js'
import type { SunkLetter } from './smtp-sink.js'

export const EMAIL = 'nina@example.org'
export const PASSWORD = 'семь длинных слов'

export const linkIn = (letter: SunkLetter) => {
  const url = new URL(/https?:\/\/\S+/.exec(letter.text)?.[0] ?? '')
  return url.pathname + url.search
}
export const register = (browser: TestBrowser, email = EMAIL, password = PASSWORD) =>
  browser.submit('/register', '/register', { name: 'Нина', email, password })
export const signIn = (browser: TestBrowser, password = PASSWORD, email = EMAIL) =>
  browser.submit('/login', '/login', { email, password })
/** Opens a letter's link and sends the form behind it. */
export async function confirm(browser: TestBrowser, letter: SunkLetter, password = PASSWORD) {
  const path = linkIn(letter)
  const token = new URLSearchParams(path.split('?')[1]).get('token') ?? ''
  return browser.submit(path, '/auth/verify-email', { token, password })
}
export async function reset(browser: TestBrowser, letter: SunkLetter, password: string) {
  const to = (await browser.get(linkIn(letter))).location ?? ''
  const token = new URLSearchParams(to.split('?')[1]).get('token') ?? ''
  return browser.submit(to, '/reset', { token, password })
}
export const withMail = async (kind: 'postgres' | 'embedded' = 'postgres') =>
  startAuthSite(await freshDatabase(kind), { mail: true })
export const letter = (site: AuthSite, n: number) =>
  site.sink?.letter(n) ?? Promise.reject(new Error('no mail'))
