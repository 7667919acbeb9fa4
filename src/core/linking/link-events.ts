import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import { runnerOf } from '../../db/connect.js'
import type { Identity } from '../accounts/identity.js'
import type { Destination } from '../deliveries/delivery.js'
import type { EventType, NewEvent } from '../events/event-types.js'
import { CHANGED_CHANNEL, DELIVERIES_CHANNEL, insertEvents } from '../progression/award-statements.js'

export type LinkEvent = {
  accountId: number
  type: Extract<
    EventType,
    | 'account_linked'
    | 'account_unlinked'
    | 'link_requested'
    | 'link_refused'
    | 'sign_in_asked'
    | 'signed_in'
    | 'login_changed'
    | 'deletion_asked'
    | 'deletion_ended'
    | 'data_exported'
    | 'account_restricted'
    | 'restriction_lifted'
  >
  /** The platform where the act happened; `system` for an operator's. */
  source: Identity['platform'] | 'system'
  /** Never an id of a platform: an event is seen by people who may not know it. */
  data: Record<string, unknown>
  key: string
  /**
   * Who is told, each by its own bot or by letter: named one by one, since an identity may have left the account.
   * Questions are no letters, and an address that nobody has proven gets none.
   */
  tell: readonly Identity[]
}

const LANE: Record<Identity['platform'], Destination> = {
  telegram: 'telegram_account',
  discord: 'discord_account',
  website: 'website_mail',
}
const WITHOUT_LETTER: ReadonlySet<EventType> = new Set(['link_requested', 'link_refused', 'sign_in_asked'])

/** Writes facts about linking into the ledger (they change no balance) and opens a delivery for everybody to be told. */
export async function writeLinkEvents(
  tx: Tx,
  events: readonly LinkEvent[],
  newId: () => string,
): Promise<void> {
  if (events.length === 0) return
  const unproven = await unprovenOf(tx, events)
  const told = events.map(({ type, tell }) =>
    tell.filter(
      ({ platform, id }) => platform !== 'website' || !(WITHOUT_LETTER.has(type) || unproven.has(id)),
    ),
  )
  const rows = events.map(({ accountId, type, source, data, key }, index): NewEvent => {
    const destinations = (told[index] ?? []).map(({ platform }) => LANE[platform])
    return {
      id: newId(),
      userId: accountId,
      type,
      source,
      xpDelta: 0,
      coinsDelta: 0,
      data,
      dedupeKey: key,
      destinations,
    }
  })
  await runnerOf(tx).run([insertEvents(rows)])
  const deliveries = events.flatMap(({ accountId }, index) =>
    (told[index] ?? []).flatMap(({ platform, id }) => {
      const event_id = rows[index]?.id
      return event_id
        ? [{ event_id, account_id: accountId, destination: LANE[platform], recipient_id: id }]
        : []
    }),
  )
  if (deliveries.length > 0) await tx.insertInto('ttfd.deliveries').values(deliveries).execute()
  await sql`select pg_notify(${CHANGED_CHANNEL}, ${events.map((event) => event.accountId).join(',')}),
    pg_notify(${DELIVERIES_CHANNEL}, '')`.execute(tx)
}

/** Addresses among those to be told that only an old store vouches for. */
async function unprovenOf(tx: Tx, events: readonly LinkEvent[]): Promise<ReadonlySet<string>> {
  const emails = events.flatMap(({ tell }) =>
    tell.flatMap((one) => (one.platform === 'website' ? one.id : [])),
  )
  if (emails.length === 0) return new Set()
  const rows = await tx
    .selectFrom('ttfd.unproven_emails')
    .select('email')
    .where('email', 'in', emails)
    .execute()
  return new Set(rows.map(({ email }) => email))
}
