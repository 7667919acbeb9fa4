// @ts-check

/** @param {readonly number[]} values @param {number} share 0 to 1 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** @param {readonly number[]} values */
export function median(values) {
  return quantile(values, 0.5)
}

/** A clock that all processes of this machine share, in milliseconds. */
export function monotonicMs() {
  return Number(process.hrtime.bigint()) / 1e6
}
