import type { ColumnType } from 'kysely'

/** What a batch of awards added to the daily sums and nobody has folded yet; the lists are parallel. */
export type RollupDeltasTable = {
  id: ColumnType<number, never, never>
  /** Community day, `YYYY-MM-DD`. */
  day: string
  source_platform: string
  event_type: string
  account_ids: number[]
  xp: number[]
  coins: number[]
  events: number[]
}
