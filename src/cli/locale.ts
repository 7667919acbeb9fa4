import { DEFAULT_LOCALE, type Locale, localeFrom } from '../i18n/translate.js'

/** The language of the terminal: Russian unless LC_ALL, LC_MESSAGES or LANG names another one (C and POSIX name none). */
export function localeOfTerminal(env: NodeJS.ProcessEnv): Locale {
  const said = (env.LC_ALL || env.LC_MESSAGES || env.LANG || '').split(/[.@]/)[0] ?? ''
  return said === '' || said === 'C' || said === 'POSIX' ? DEFAULT_LOCALE : localeFrom(said)
}
