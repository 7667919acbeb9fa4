import type { Translate } from '../i18n/translate.js'
import { WrongUseError } from './cli.js'

/** Reads a positive whole number that a person typed, or throws WrongUseError. */
export function wholeNumber(t: Translate, text: string, max: number = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value) || value < 1 || value > max)
    throw new WrongUseError(t('cli:misuse.not_a_number', { word: text, max }))
  return value
}
