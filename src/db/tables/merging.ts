import type { Generated } from 'kysely'
import type { JsonNeeded, MaybeTime, Time } from '../columns.js'

export type MergesTable = {
  id: Generated<number>
  survivor_id: number
  loser_id: number
  survivor_xp: number
  survivor_coins: number
  loser_xp: number
  loser_coins: number
  loser_xp_delta: number
  loser_coins_delta: number
  survivor_xp_delta: number
  survivor_coins_delta: number
  snapshot: JsonNeeded<Record<string, unknown>>
  after_seq: number
  merged_by: string
  merged_at: Time
  frozen_until: Time
  undone_at: MaybeTime
  undone_by: string | null
  undo_loser_xp_delta: number | null
  undo_loser_coins_delta: number | null
  undo_survivor_xp_delta: number | null
  undo_survivor_coins_delta: number | null
}
