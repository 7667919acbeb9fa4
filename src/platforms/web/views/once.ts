import type { JSX } from '#jsx/jsx-runtime'

/** Keeps what hangs on nothing but an owner (a reader's words, say) and a key: at most `max` for each owner. */
export function keeper<T extends object>(max: number): (owner: object, key: string, make: () => T) => T {
  const owners = new WeakMap<object, Map<string, T>>()
  return (owner, key, make) => {
    const kept = owners.get(owner) ?? new Map<string, T>()
    owners.set(owner, kept)
    const known = kept.get(key)
    if (known) return known
    const made = make()
    if (kept.size < max) kept.set(key, made)
    return made
  }
}

/** Draws a piece no more than once. Sets of platforms, ranks in three sizes: some dozens for each owner. */
export const once = keeper<JSX.Element>(200)
