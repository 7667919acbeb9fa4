import { type DeviceFacts, deviceName } from './device-name.js'
import { formatClock, formatDay, formatMoment } from './format-time.js'
import { formatNumber, type Locale, type Translate } from './translate.js'

/** As core writes it (src/core/linking/phrase.ts). */
type Value =
  | { text: string }
  | { number: number }
  | { coins: number }
  | { rank: { tier: string; star: string } }
  | { platforms: readonly string[] }
  | { day: Date }
  | { moment: Date }
  | { clock: Date }
  | { url: string }
  | { device: DeviceFacts }

type Reader = {
  locale: Locale
  /** IANA zone in which times are told. */
  timeZone: string
  t: Translate
}

/** What stands in a sentence, in the reader's language and zone. Not escaped: that is for whoever shows it. */
export function phraseValues(
  values: Readonly<Record<string, Value>> | undefined,
  reader: Reader,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [name, textOf(value, reader)]),
  )
}

function textOf(value: Value, { locale, timeZone, t }: Reader): string {
  if ('text' in value) return value.text
  if ('clock' in value) return formatClock(locale, value.clock, timeZone)
  if ('url' in value) return value.url
  if ('device' in value) return deviceName(t, value.device)
  if ('number' in value) return formatNumber(locale, value.number)
  if ('coins' in value) {
    return t('common:coins', { count: value.coins, n: formatNumber(locale, value.coins) })
  }
  if ('rank' in value) return t('common:rank', value.rank)
  if ('platforms' in value) return value.platforms.map((one) => t(`common:platform.${one}`)).join(' + ')
  return 'day' in value
    ? formatDay(locale, value.day, timeZone)
    : formatMoment(locale, value.moment, timeZone)
}
