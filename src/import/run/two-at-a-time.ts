/** As many as the cores of a small server; each thread that reads a store wants some 100 MB. */
const LANES = 2

/**
 * Does `work` with every item, two at a time, in their order. Waits for all that was begun, so that nobody works on when
 * this has ended; begins nothing more once one has failed, and throws what that one threw.
 */
export async function twoAtATime<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  let failed = false
  const lane = async () => {
    for (let item = left.shift(); item !== undefined && !failed; item = left.shift()) {
      try {
        await work(item)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: LANES }, lane))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}
