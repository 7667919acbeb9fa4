/** Words that several surfaces share. */
export const common = {
  rank: 'Rank {{tier}} {{star}}',
  xp_one: '{{n}} XP',
  xp_other: '{{n}} XP',
  coins_one: '{{n}} coin',
  coins_other: '{{n}} coins',
  messages_one: '{{n}} message',
  messages_other: '{{n}} messages',
  games_one: '{{n}} game',
  games_other: '{{n}} games',
  platform: { telegram: 'Telegram', discord: 'Discord', website: 'Website' },
}
