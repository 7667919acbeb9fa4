import type { Device } from '../../../core/website/device.js'
import type { Translate } from '../../../i18n/translate.js'

/** A browser and its system in a few words; what it calls itself, so good for one's own eyes only. */
export function deviceName(t: Translate, { browser, os }: Device): string {
  if (browser && os) return t('auth:device.both', { browser, os })
  return browser ?? os ?? t('auth:device.unknown')
}
