import type { Time } from '../columns.js'

export type BoardTopStepsTable = { board: string; period: string; value: number; above: number }
export type BoardCountsTable = {
  board: string
  period: string
  from_day: string | null
  members: number
  counted_at: Time
}
