import type { Generated } from 'kysely'
import type { Time } from '../columns.js'

export type BoardStepsTable = { xp: number; above: number }

export type BoardLeadersTable = { account_id: number; front: Generated<boolean> }

export type BoardStateTable = {
  id: Generated<number>
  accounts: number
  floor_xp: number
  front_floor_xp: Generated<number>
  day: string
  xp_today: number
  active_today: number
  built_at: Time
  build_ms: number
}

export type BoardTopsTable = {
  board: string
  period: string
  account_id: number
  value: number
  place: number
}

export type BoardTopStepsTable = { board: string; period: string; value: number; above: number }
export type BoardCountsTable = {
  board: string
  period: string
  from_day: string | null
  members: number
  counted_at: Time
}
