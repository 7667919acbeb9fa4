// @ts-check

const LETTERS = 'абвгдежзиклмнопрстуфхцчшыюя'
/** Lengths that pay differently. Long enough that two of them are never alike by chance. */
const LENGTHS = [
  { from: 30, to: 48 },
  { from: 52, to: 97 },
  { from: 102, to: 197 },
  { from: 203, to: 280 },
]
const KEPT = 8

/**
 * What one person writes: new words of every length, now and then too short, now and then what he wrote before.
 * @param {import('../dice.js').Dice} dice
 */
export function makeTexts(dice) {
  /** @type {string[]} */
  const said = []
  return () => {
    if (dice.hits(0.08)) return 'да'
    if (said.length > 0 && dice.hits(0.12)) return dice.of(said)
    const { from, to } = dice.of(LENGTHS)
    const text = words(dice, dice.between(from, to))
    said.push(text)
    if (said.length > KEPT) said.shift()
    return text
  }
}

/** @param {import('../dice.js').Dice} dice @param {number} length */
function words(dice, length) {
  let text = ''
  for (let left = 0; text.length < length; left--) {
    if (left === 0) left = dice.between(3, 9)
    const isSpace = left === 1 && text.length > 0 && text.length < length - 1
    text += isSpace && !text.endsWith(' ') ? ' ' : LETTERS[dice.below(LETTERS.length)]
  }
  return text
}
