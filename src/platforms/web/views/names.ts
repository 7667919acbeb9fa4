import type { Ui } from './ui.js'
import type { MemberRef, RankName } from './view-models.js'

// Controls, lone surrogates, line and paragraph separators, zero-width space, direction marks and overrides.
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu

const ROMAN = { 1: 'I', 2: 'II', 3: 'III' } as const

/** The star of a rank as people read it. */
export function roman(star: RankName['star']): string {
  return ROMAN[star]
}

/** `Ранг C II`. */
export function rankName(ui: Ui, rank: RankName): string {
  return ui.t('common:rank', { tier: rank.tier, star: roman(rank.star) })
}

/**
 * A member's name as plain text. Names are cleaned before they are stored; rows older than that rule are shown
 * without control, zero-width and text-direction characters all the same, since those escape their own box.
 */
export function memberName(ui: Ui, member: Pick<MemberRef, 'accountId' | 'displayName'>): string {
  const clean = (member.displayName ?? '').replace(UNSAFE, '').trim()
  return clean === '' ? ui.t('web:member.unnamed', { id: member.accountId }) : clean
}
