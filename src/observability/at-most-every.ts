/**
 * Lets something be said at most once in `ms` per key: `gate('database_down', (kept) => log.warn({ kept }, ...))`.
 * `kept` is how often it was kept back since it was said last. Keys must be few and fixed.
 */
export function atMostEvery(
  ms: number,
  clock: () => number = () => performance.now(),
): (key: string, say: (kept: number) => void) => void {
  const last = new Map<string, { at: number; kept: number }>()
  return (key, say) => {
    const before = last.get(key)
    const now = clock()
    if (before && now - before.at < ms) {
      before.kept++
      return
    }
    last.set(key, { at: now, kept: 0 })
    say(before?.kept ?? 0)
  }
}
