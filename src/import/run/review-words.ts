import { broughtBy } from '../../core/imports/read-reviews.js'
import type { Translate } from '../../i18n/translate.js'

type Detail = Record<string, unknown>

/** What the old record of a side brought, in words; null: no record of it was read. */
export function broughtWords(
  t: Translate,
  detail: Detail,
  { side, platform }: { side: 'claimant' | 'claimed'; platform: string },
): string | null {
  const brought = broughtBy(detail, side)
  if (!brought) return null
  const name = brought.name ?? t('import:review.nameless')
  // The old website kept no progress.
  return platform === 'website' ? name : t('import:review.brings', { ...brought, name })
}

/** How much of a record waits for the owner, in words. */
export function growthWords(t: Translate, { xp = 0, coins = 0, voice_seconds: voice = 0 }: Detail): string {
  return t('import:review.growth', { xp, coins, voice })
}
