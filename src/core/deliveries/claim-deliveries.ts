import { randomUUID } from 'node:crypto'
import type { Row, StatementRunner } from '../../db/statement.js'
import { type ClaimedRow, claimStatement } from './claim-statements.js'
import type { ClaimedDelivery, DeliveredEvent, Recipient } from './delivery.js'

/** Where the last claim of a destination ended: what is due is gone through in this order. */
export type DuePlace = { us: number; id: number }

/** How much of one destination is wanted. */
export type Wanted = {
  destination: string
  /** Groups at most. */
  room: number
  /** Only what is due after this; null: from the start. */
  after?: DuePlace | null
  /** Leaves out what has been due for longer: a look that is made often need not walk over what was carried long ago. */
  dueWithinSeconds?: number | null
}

export type ClaimOptions = {
  wanted: readonly Wanted[]
  leaseSeconds: number
  timeZone: string
}

/**
 * Leases what is due: for each account and destination the oldest open delivery together with the later ones, so that
 * order holds and ten events become one call. What may have arrived before is never mixed with what was never sent: a
 * doubt about the one would else end the other. Any number of workers may claim at once. Times are the database's.
 */
export async function claimDeliveries(
  runner: StatementRunner,
  options: ClaimOptions,
): Promise<ClaimedDelivery[]> {
  const token = randomUUID()
  const [rows = []] = await runner.run([claimStatement(options, token)])
  return groupsOf(rows, token)
}

/** What a claim answered, as the deliveries that were leased under this token. */
export function groupsOf(rows: readonly Row[], token: string): ClaimedDelivery[] {
  const groups = new Map<number, ClaimedDelivery>()
  for (const row of rows as ClaimedRow[]) {
    let group = groups.get(row.head)
    if (!group) {
      group = newDelivery(row, token)
      groups.set(row.head, group)
    }
    group.events.push(eventOf(row))
    group.rows.push({ id: row.id, eventId: row.event_id, hasSiblings: row.has_siblings })
  }
  return [...groups.values()]
}

function newDelivery(row: ClaimedRow, token: string): ClaimedDelivery {
  return {
    destination: row.destination,
    accountId: row.account_id,
    recipientId: row.recipient_id,
    token,
    attempts: row.attempts + 1,
    events: [],
    recipient: row.living ? recipientOf(row) : null,
    ageSeconds: row.age,
    maybeArrived: row.lost > 0,
    resent: row.lost > 1,
    rows: [],
    place: { us: row.due_us, id: row.head },
  }
}

function recipientOf(row: ClaimedRow): Recipient {
  return {
    accountId: row.account_id,
    displayName: row.display_name,
    locale: row.locale,
    telegramId: row.telegram_id,
    discordId: row.discord_id,
    email: row.website_email,
    notices: row.notices,
    quiet:
      row.quiet_from === null || row.quiet_to === null ? null : { from: row.quiet_from, to: row.quiet_to },
    telegramReachable: row.reachable,
    noticesToday: row.notices_today,
  }
}

function eventOf(row: ClaimedRow): DeliveredEvent {
  return {
    id: row.event_id,
    type: row.event_type,
    source: row.source_platform,
    data: row.data,
    createdAt: new Date(row.created * 1000),
  }
}
