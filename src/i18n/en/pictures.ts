/** Words on pictures, and what stands for a picture where it cannot be seen. */
export const pictures = {
  card: {
    place: 'Place',
    place_value: '#{{place}}',
    coins: 'Coins',
    streak: 'Day streak',
    none: 'not yet',
    progress: '{{earned}} of {{needed}} XP',
    to_next: '{{xp}} XP to {{tier}} {{star}}',
    highest: 'Highest rank',
    highest_note: 'Only legends stand above',
    alt: 'Card: {{name}}, {{rank}}, {{xp}} XP',
  },
}
