import { type RawBuilder, sql } from 'kysely'

/**
 * Kinds of acts that make a ledger long and of which, years later, nobody asks for one: messages, minutes of voice,
 * games with their stakes, jobs, daily rewards, awards of services. All others (ranks, merges, imports, one-time
 * rewards, links, what operators did) stay one by one for ever, and so do their keys.
 */
const TYPES = ['message_sent', 'voice_time', 'game_played', 'daily_claimed']

/** Whether event `e` may be summed up: done with, nobody's delivery open or waiting for another try. */
export function compactable(before: Date): RawBuilder<boolean> {
  return sql<boolean>`(e.created_at < ${before} and e.processed
    and (e.event_type = any(${TYPES}::text[])
      or e.event_type = 'coins_change' and (e.data ? 'game_type' or e.data ? 'job' or e.source_platform like 'api:%')
      or e.event_type = 'xp_change' and e.source_platform like 'api:%')
    and not exists (select from ttfd.deliveries d where d.event_id = e.id and d.state in ('open', 'failed')))`
}

/** What is told apart in a month's sums beside source and type: the game, the job; '' for neither. */
export const GAME = sql<string>`coalesce(e.data ->> 'game_type', '')`
export const JOB = sql<string>`coalesce(e.data ->> 'job', '')`

/** The community month of an event, as its first moment. */
export function monthOf(timeZone: string): RawBuilder<Date> {
  return sql<Date>`date_trunc('month', e.created_at at time zone ${timeZone}) at time zone ${timeZone}`
}
