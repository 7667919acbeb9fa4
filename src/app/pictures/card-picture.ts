import type { CardFacts } from '../../core/pictures/card.js'
import { formatNumber, type Locale, translator } from '../../i18n/translate.js'
import { SHIELD, SHIELD_RIGHT } from '../../platforms/web/views/emblem-shapes.js'
import { type RankName, TIERS } from '../../platforms/web/views/view-models.js'
import { emblemSvg, TIER_COLOURS } from './emblem-svg.js'

/** Link previews show this size whole. */
export const CARD_SIZE = { width: 1200, height: 630 } as const

/** Raised with every change of the look, so that nobody keeps the old one. */
export const CARD_LOOK = 1

/** What the drawing thread draws (card-worker.js). */
export type Picture = {
  width: number
  height: number
  under: string
  words: unknown
  name: {
    text: string
    fallback: string
    x: number
    y: number
    width: number
    size: number
    sizeMin: number
  }
}

const INK = '#f1f3ee'
const SOFT = '#a5aeb9'
const PANEL = 'M40 40H1104L1160 96V590H96L40 534Z'
const SLANT = 'M40 40H452L388 590H96L40 534Z'
const COLUMN = { x: 488, width: 616 } as const
const AVATAR = { x: COLUMN.x, y: 92, size: 116, cut: 20 } as const
const BAR = { x: COLUMN.x, y: 352, width: COLUMN.width, height: 26, lean: 10 } as const

/** Draws nothing yet: what a card consists of. `avatar` is a data address of a square picture. */
export function cardPicture(facts: CardFacts, avatar: string, locale: Locale): Picture {
  const t = translator(locale)
  const rank = rankNameOf(facts)
  const nameX = AVATAR.x + AVATAR.size + 28
  const fallback = t('web:member.unnamed', { id: facts.accountId })
  return {
    ...CARD_SIZE,
    under: ground(rank) + avatarSvg(avatar, rank) + bar(facts.progress.percent, rank),
    words: words(facts, rank, locale),
    name: {
      text: facts.displayName ?? fallback,
      fallback,
      x: nameX,
      y: 170,
      width: COLUMN.x + COLUMN.width - nameX,
      size: 62,
      sizeMin: 30,
    },
  }
}

const STARS: Record<string, RankName['star']> = { I: 1, II: 2, III: 3 }

function rankNameOf({ progress: { rank } }: CardFacts): RankName {
  return { tier: TIERS.find((tier) => tier === rank.tier) ?? 'F', star: STARS[rank.star] ?? 1 }
}

function ground(rank: RankName): string {
  const { enamel, deep } = TIER_COLOURS[rank.tier]
  return `
    <defs>
      <pattern id="hatch" width="16" height="16" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <path d="M0 0V16" stroke="#fff" stroke-opacity=".055" stroke-width="2"/>
      </pattern>
      <linearGradient id="side" x1="0" y1="0" x2="0.4" y2="1">
        <stop offset="0" stop-color="${deep}"/><stop offset="1" stop-color="${deep}" stop-opacity=".35"/>
      </linearGradient>
      <radialGradient id="glow"><stop offset="0" stop-color="${enamel}" stop-opacity=".42"/><stop offset="1" stop-color="${enamel}" stop-opacity="0"/></radialGradient>
      <clipPath id="slant"><path d="${SLANT}"/></clipPath>
    </defs>
    <path fill="#0c0e12" d="M0 0H1200V630H0Z"/>
    <path fill="#151920" d="${PANEL}"/>
    <path fill="url(#side)" d="${SLANT}"/>
    <path fill="url(#hatch)" d="${PANEL}"/>
    <path fill="${enamel}" d="M452 40H458L394 590H388Z"/>
    <g clip-path="url(#slant)"><circle cx="224" cy="266" r="270" fill="url(#glow)"/></g>
    <g transform="translate(56 108) scale(5.25)">${emblemSvg(rank)}</g>
    <g transform="translate(56 52) scale(.72)">${brandMark()}</g>`
}

function brandMark(): string {
  return `<path fill="#c8f135" d="${SHIELD}"/><path fill="#12151a" fill-opacity=".14" d="${SHIELD_RIGHT}"/>
    <path fill="none" stroke="#12151a" stroke-width="7" d="M20 24H44M32 24V47"/>`
}

function avatarSvg(href: string, rank: RankName): string {
  const { x, y, size, cut } = AVATAR
  const outline = `M${x} ${y}H${x + size - cut}L${x + size} ${y + cut}V${y + size}H${x + cut}L${x} ${y + size - cut}Z`
  return `<clipPath id="face"><path d="${outline}"/></clipPath>
    <image href="${href}" x="${x}" y="${y}" width="${size}" height="${size}" preserveAspectRatio="xMidYMid slice" clip-path="url(#face)"/>
    <path fill="none" stroke="${TIER_COLOURS[rank.tier].enamel}" stroke-width="4" d="${outline}"/>`
}

function bar(percent: number, rank: RankName): string {
  const { x, y, width, height, lean } = BAR
  const piece = (length: number, fill: string) =>
    `<path fill="${fill}" d="M${x + lean} ${y}H${x + length}L${x + length - lean} ${y + height}H${x}Z"/>`
  // Some of it always shows, and never all before the top.
  const filled = percent >= 100 ? width : Math.max(2 * lean, (width * percent) / 100)
  return piece(width, '#2b333f') + piece(filled, TIER_COLOURS[rank.tier].enamel)
}

type Style = Record<string, string | number>
const box = (style: Style, ...children: unknown[]) => ({
  type: 'div',
  props: { style: { display: 'flex', ...style }, children },
})
const text = (style: Style, words: string) => box({ whiteSpace: 'pre', ...style }, words)

function words(facts: CardFacts, rank: RankName, locale: Locale) {
  const t = translator(locale)
  const n = (value: number) => formatNumber(locale, value)
  const { next, missing, gathered, span, rank: held } = facts.progress
  const xp = n(facts.xp)
  const way = next
    ? [
        t('pictures:card.progress', { earned: n(gathered), needed: n(span) }),
        t('pictures:card.to_next', { xp: n(missing), tier: next.tier, star: next.star }),
      ]
    : [t('pictures:card.highest'), t('pictures:card.highest_note')]
  const xpSize = sizeFor(xp, 92, COLUMN.width - 120)
  return box(
    { width: '100%', height: '100%', fontFamily: 'Inter', fontWeight: 500, color: INK, position: 'relative' },
    text({ position: 'absolute', left: 108, top: 58, fontSize: 30, fontWeight: 800 }, t('web:brand')),
    box(
      { position: 'absolute', left: 40, top: 466, width: 372, justifyContent: 'center' },
      text(
        { fontSize: 50, fontWeight: 800, letterSpacing: '-0.01em', color: TIER_COLOURS[rank.tier].text },
        t('common:rank', { tier: held.tier, star: held.star }),
      ),
    ),
    box(
      { position: 'absolute', left: COLUMN.x, top: 232, height: 104, alignItems: 'flex-end' },
      box(
        { alignItems: 'baseline', fontWeight: 800 },
        text({ fontSize: xpSize, letterSpacing: '-0.03em', lineHeight: 1.08 }, xp),
        text({ fontSize: 38, color: SOFT, marginLeft: 14, lineHeight: 1 }, 'XP'),
      ),
    ),
    box(
      {
        position: 'absolute',
        left: COLUMN.x,
        top: 390,
        width: COLUMN.width,
        justifyContent: 'space-between',
        fontSize: sizeFor(way.join('  '), 25, COLUMN.width),
      },
      text({}, way[0] ?? ''),
      text({ color: SOFT }, way[1] ?? ''),
    ),
    box(
      { position: 'absolute', left: COLUMN.x, top: 462, gap: 52 },
      figure(
        t('pictures:card.place'),
        facts.place === null ? null : t('pictures:card.place_value', { place: n(facts.place) }),
        t('pictures:card.none'),
      ),
      figure(t('pictures:card.coins'), n(facts.coins)),
      figure(t('pictures:card.streak'), n(facts.streak)),
    ),
  )
}

function figure(label: string, value: string | null, none = '') {
  return box(
    { flexDirection: 'column' },
    text({ fontSize: 24, color: SOFT }, label),
    value === null
      ? text({ fontSize: 30, color: SOFT, marginTop: 10 }, none)
      : text(
          {
            fontSize: sizeFor(value, 46, 200),
            fontWeight: 800,
            letterSpacing: '-0.02em',
            lineHeight: 1,
            marginTop: 8,
          },
          value,
        ),
  )
}

/** The largest size up to `size` at which a text of Inter surely fits. */
function sizeFor(words: string, size: number, width: number): number {
  return Math.min(size, Math.floor(width / (Math.max(1, words.length) * 0.6)))
}
