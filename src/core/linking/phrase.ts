import type { PlatformName } from '../../db/schema.js'
import type { Device } from '../website/device.js'

/** A sentence for people without its language: a key of the words, and what stands in it. */
export type Phrase = { key: string; values?: Readonly<Record<string, PhraseValue>> }

/** What stands in a sentence; each surface writes it in the reader's language and zone (src/i18n/phrase-values.ts). */
export type PhraseValue =
  /** A person's or a platform's own text, escaped by whoever shows it. */
  | { text: string }
  | { number: number }
  /** A number of coins with its noun. */
  | { coins: number }
  | { rank: { tier: string; star: string } }
  | { platforms: readonly PlatformName[] }
  | { day: Date }
  /** Day and time. */
  | { moment: Date }
  /** The time of day. */
  | { clock: Date }
  /** An address that we built: shown as it is. */
  | { url: string }
  /** A browser as it calls itself. */
  | { device: Device }

export function platformValue(platform: PlatformName): PhraseValue {
  return { platforms: [platform] }
}
