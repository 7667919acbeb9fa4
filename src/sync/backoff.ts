const BASE_SECONDS = 1
const MAX_SECONDS = 900

/** Seconds to wait before the next attempt: doubling from 1 s to 15 min, spread by up to a half so that crowds thin out. */
export function nextAttemptSeconds(attempts: number, random: number): number {
  const full = Math.min(BASE_SECONDS * 2 ** Math.max(attempts - 1, 0), MAX_SECONDS)
  return full * (0.5 + random / 2)
}
