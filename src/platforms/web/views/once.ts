import type { JSX } from '#jsx/jsx-runtime'

const drawn = new WeakMap<object, Map<string, JSX.Element>>()
/** Sets of platforms, ranks in three sizes: some dozens for each. */
const KEPT_MAX = 200

/** Draws what hangs on nothing but `owner` (a reader's words, say) and `key` no more than once. */
export function once(owner: object, key: string, draw: () => JSX.Element): JSX.Element {
  const kept = drawn.get(owner) ?? new Map<string, JSX.Element>()
  drawn.set(owner, kept)
  const known = kept.get(key)
  if (known) return known
  const made = draw()
  if (kept.size < KEPT_MAX) kept.set(key, made)
  return made
}
