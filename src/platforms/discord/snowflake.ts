const EPOCH_MS = 1_420_070_400_000n

/** When an id was made. */
export function timeOf(id: string): Date {
  return new Date(Number((BigInt(id) >> 22n) + EPOCH_MS))
}

/** The smallest id of a moment. */
export function idAt(time: Date): string {
  const since = BigInt(time.getTime()) - EPOCH_MS
  return String((since > 0n ? since : 0n) << 22n)
}

/** Whether `a` was made after `b`. */
export function isLater(a: string, b: string): boolean {
  return BigInt(a) > BigInt(b)
}
