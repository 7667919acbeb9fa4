/** Words on pictures, and what stands for a picture where it cannot be seen. */
export const pictures = {
  card: {
    place: 'Место',
    place_value: '№ {{place}}',
    coins: 'Монеты',
    streak: 'Дней подряд',
    none: 'пока нет',
    progress: '{{earned}} из {{needed}} XP',
    to_next: 'ещё {{xp}} XP до {{tier}} {{star}}',
    highest: 'Высший ранг',
    highest_note: 'Выше только легенды',
    alt: 'Карточка: {{name}}, {{rank}}, {{xp}} XP',
  },
}
