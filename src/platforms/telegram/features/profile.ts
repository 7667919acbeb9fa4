import { InlineKeyboard } from 'grammy'
import { hasOldClaims } from '../../../core/imports/read-reviews.js'
import { type Profile, readProfile } from '../../../core/profiles/read-profile.js'
import { formatMoment } from '../../../i18n/format-time.js'
import { fitsButton, profileUrl } from '../links.js'
import type { Person } from '../person.js'
import { coinsText, durationText, lines, progressBar, rankName, type Words } from '../render.js'
import type { View } from '../speak.js'
import type { Kit } from '../types.js'
import { restrictionText } from './restricted.js'
import { siteButton } from './site.js'

/** One's own profile, whole and under its card: for the private chat. */
export async function profileView(kit: Kit, person: Person): Promise<View> {
  const profile = await readProfile(kit.db.kysely, person.accountId, kit.rules(), kit.now())
  if (!profile) return { text: person.words.html('fallback.stale') }
  const { words } = person
  const url = profileUrl(kit, profile.accountId)
  const text = lines(
    ...headLines(kit, words, profile),
    await restrictionText(kit, person),
    profile.frozen !== null &&
      words.html('merging:frozen.profile', {
        coins: words.number(profile.frozen.coins),
        when: formatMoment(words.locale, profile.frozen.until, kit.settings.timeZone),
      }),
    '',
    profile.gamesPlayed > 0 &&
      words.count('profile.games', profile.gamesPlayed, { won: words.number(profile.gamesWon) }),
    profile.messages > 0 && words.count('profile.messages', profile.messages),
    profile.voiceSeconds > 0 &&
      words.html('profile.voice', { time: durationText(words, profile.voiceSeconds) }),
    profile.streak > 0 && words.count('profile.streak', profile.streak),
    platformsLine(words, profile),
    (await hasOldClaims(kit.db.kysely, person.accountId)) && words.html('import:offer.in_bot'),
    '',
    profile.private ? words.html('profile.hidden') : words.html('profile.link', { url }),
  )
  const keyboard = new InlineKeyboard()
  if (!profile.private && fitsButton(url)) keyboard.url(words.plain('button.site'), url).row()
  siteButton(kit, words, keyboard)
  const photo =
    kit.drawCard && (() => kit.drawCard?.(person.accountId, words.locale) ?? Promise.resolve(null))
  return keyboard.inline_keyboard.flat().length > 0 ? { text, keyboard, photo } : { text, photo }
}

/** What everybody may see, short: for groups. Null for a hidden profile. */
export async function groupProfileView(kit: Kit, person: Person): Promise<View | null> {
  const profile = await readProfile(kit.db.kysely, person.accountId, kit.rules())
  if (!profile || profile.private) return null
  return {
    text: lines(
      ...headLines(kit, person.words, profile),
      person.words.html('profile.link', { url: profileUrl(kit, profile.accountId) }),
    ),
  }
}

function headLines(kit: Kit, words: Words, profile: Profile): (string | false)[] {
  const { percent, next, missing } = profile.progress
  return [
    words.html('profile.name', { name: profile.displayName }),
    words.html('profile.rank', { rank: rankName(words, kit.rules(), profile.progress.rank.id) }),
    words.html('profile.bar', { bar: progressBar(percent), percent }),
    next
      ? words.html('profile.next', { rank: rankName(words, kit.rules(), next.id), n: words.number(missing) })
      : words.html('profile.top_rank'),
    '',
    words.html('profile.balance', {
      xp: words.number(profile.xp),
      coins: coinsText(words, profile.coins),
    }),
    // Without XP nobody stands on the board, and a hidden member has no place that others see.
    profile.xp > 0 && words.html('profile.place', { n: words.number(profile.place) }),
  ]
}

function platformsLine(words: Words, { platforms }: Profile): string {
  return words.html('profile.platforms', {
    list: platforms.map((platform) => words.plain(`common:platform.${platform}`)).join(' · '),
  })
}
