/** Words that several surfaces share. */
export const common = {
  rank: 'Rank {{tier}} {{star}}',
  xp_one: '{{n}} XP',
  xp_other: '{{n}} XP',
  coins_one: '{{n}} coin',
  coins_other: '{{n}} coins',
  platform: { telegram: 'Telegram', discord: 'Discord', website: 'Website' },
}
