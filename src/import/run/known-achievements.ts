/**
 * Achievements that exist here and that an old store may know of (domain.md section 5; being linked is told by the accounts
 * themselves). What else it granted stays in the event's data.
 */
const KNOWN: ReadonlySet<string> = new Set([
  'first_win',
  'winner_10',
  'winner_50',
  'winner_100',
  'winner_500',
  'active_player',
  'dedicated_player',
  'rich_player',
  'experienced',
  'streak_3',
  'streak_7',
  'streak_30',
  'season_participant',
  'season_top50',
  'season_top10',
  'season_champion',
  'lucky_spin',
  'perfect_quiz',
  'voice_10h',
  'voice_100h',
])

/** Of the achievements that an old record lists, those that can be granted, in the record's order. */
export function knownAchievements(listed: readonly string[]): string[] {
  return listed.filter((id) => KNOWN.has(id))
}
