import type { Row, Statement } from '../../db/statement.js'

/** A delivery that is being opened. */
export type OpenedDelivery = { accountId: number; destination: string }

/** What to run in the transaction that opens deliveries, behind that. */
export type LeaseAttempt = {
  statements: readonly Statement[]
  /**
   * To be called once: with the rows of the last statement when the transaction is committed; with null when it is not,
   * or when nobody knows. What was leased by a commit whose answer was lost counts as maybe sent when the lease ends.
   */
  end(rows: readonly Row[] | null): void
}

/**
 * A worker of the same process as the writer. What it has room for is leased by the very commit that opens it: no
 * second commit to wait for, and what the call needs to know comes along. Everything else is claimed as always.
 */
export type Leasing = {
  /** Null: nothing of it, now. */
  begin(opened: readonly OpenedDelivery[]): LeaseAttempt | null
}
