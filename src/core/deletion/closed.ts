/**
 * Marks an account that is being deleted (`until` null), or one whose person came back after an erasure: what he did up
 * to that second since 1970 belongs to the erased account and counts for nothing any more.
 */
export type Closed = { until: number | null }

/** Whether an act of this moment falls into a time for which the account is closed. */
export function isClosedAt({ closed }: { closed?: Closed }, at: Date): boolean {
  return closed !== undefined && (closed.until === null || at.getTime() <= closed.until * 1000)
}

/** Both together: closed as long as either was. */
export function uniteClosed(a: Closed | undefined, b: Closed | undefined): Closed | undefined {
  if (!a || !b) return a ?? b
  return { until: a.until === null || b.until === null ? null : Math.max(a.until, b.until) }
}
