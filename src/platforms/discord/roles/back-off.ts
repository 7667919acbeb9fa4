const FIRST_SECONDS = 1
const LONGEST_SECONDS = 600

/** Seconds until a failed look is repeated: doubling, spread by up to a half. `random` is 0 to 1. */
export function nextLookSeconds(attempts: number, random: number): number {
  const full = Math.min(FIRST_SECONDS * 2 ** Math.max(attempts - 1, 0), LONGEST_SECONDS)
  return full * (0.5 + random / 2)
}
