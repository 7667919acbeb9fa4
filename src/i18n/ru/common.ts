/** Words that several surfaces share. */
export const common = {
  rank: 'Ранг {{tier}} {{star}}',
  xp_one: '{{n}} XP',
  xp_few: '{{n}} XP',
  xp_many: '{{n}} XP',
  xp_other: '{{n}} XP',
  coins_one: '{{n}} монета',
  coins_few: '{{n}} монеты',
  coins_many: '{{n}} монет',
  coins_other: '{{n}} монеты',
  platform: { telegram: 'Telegram', discord: 'Discord', website: 'Сайт' },
}
