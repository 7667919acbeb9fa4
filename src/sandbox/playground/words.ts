import { en } from '../../i18n/en/index.js'
import { ru } from '../../i18n/ru/index.js'
import type { Locale } from '../../i18n/translate.js'

/**
 * The words that the page's script puts together itself, as a tree. Values stay as `{{name}}`, plurals as the forms
 * `_one`, `_few` and so on: the script fills in and chooses by Intl.
 */
export function pageWords(locale: Locale): Record<string, unknown> {
  const { chat, act, state } = { ru, en }[locale].sandbox
  return { chat, act, state }
}
