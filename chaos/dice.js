// @ts-check

/**
 * Numbers that follow from the seed and a name alone, so that a run can be repeated: each actor has dice of his own,
 * and who is faster changes nobody's throws.
 * @param {number} seed
 * @param {string} name
 */
export function dice(seed, name) {
  let state = seed >>> 0
  for (const char of name) state = (Math.imul(state, 31) + (char.codePointAt(0) ?? 0)) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  /** A whole number below n. @param {number} n */
  const below = (n) => Math.floor(next() * n)
  return {
    next,
    below,
    /** @param {number} chance */
    hits: (chance) => next() < chance,
    /** @template T @param {readonly T[]} list @returns {T} */
    of: (list) => /** @type {T} */ (list[below(list.length)]),
    /** A whole number between both, both included. @param {number} from @param {number} to */
    between: (from, to) => from + below(to - from + 1),
  }
}

/** @typedef {ReturnType<typeof dice>} Dice */
