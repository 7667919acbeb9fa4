// @ts-check

/**
 * @typedef {{ account: number, type: string, source: string, xp: number, coins: number, key: string,
 *   data: Record<string, unknown> }} LedgerEvent
 * @typedef {{ id: number, telegram: string | null, discord: string | null, xp: number, coins: number, rank: number }} Member
 * @typedef {{ id: string, requestKey: string, telegramId: string, bet: number, number: number, state: string }} Round
 * @typedef {{ destination: string, state: string, error: string | null, type: string, rank: number | null,
 *   account: number }} SentOrNot
 * @typedef {Awaited<ReturnType<typeof readLedger>>} Ledger
 */

/**
 * Everything that the database says at the end of a run.
 * @param {import('pg').Client} client
 */
export async function readLedger(client) {
  /** @template T @param {string} statement @returns {Promise<T[]>} */
  const rows = async (statement) => (await client.query(statement)).rows
  return {
    /** @type {LedgerEvent[]} in their order */
    events: await rows(`select user_id::int as account, event_type as type, source_platform as source,
      xp_delta::float8 as xp, coins_delta::float8 as coins, dedupe_key as key, data
      from cross_platform_events order by seq`),
    /** @type {Member[]} */
    members:
      await rows(`select id::int, telegram_id as telegram, discord_id as discord, xp::float8, coins::float8,
      rank_id::int as rank from unified_users`),
    /** @type {Round[]} */
    rounds: await rows(`select id, request_key as "requestKey", platform_id as "telegramId", bet::int,
      (secret ->> 'number')::int as number, state from ttfd.game_rounds`),
    /** @type {SentOrNot[]} */
    deliveries: await rows(`select d.destination, d.state, d.last_error as error, e.event_type as type,
      (e.data ->> 'new_rank')::int as rank, d.account_id::int as account
      from ttfd.deliveries d join cross_platform_events e on e.id = d.event_id`),
    /** @type {{ key: string }[]} */
    unprocessed: await rows('select dedupe_key as key from cross_platform_events where not processed'),
  }
}

/** @param {import('pg').Client} client @returns {Promise<{ id: string, telegramId: string }[]>} */
export async function openRounds(client) {
  const { rows } = await client.query(
    `select id, platform_id as "telegramId" from ttfd.game_rounds where state = 'open'`,
  )
  return rows
}

/**
 * What still has to be done, in words; empty when everything has come to rest.
 * @param {import('pg').Client} client
 * @param {import('./record.js').Deeds} deeds
 */
export async function unrest(client, deeds) {
  const { rows } = await client.query(`select
    (select count(*)::int from cross_platform_events where event_type = 'message_sent') as messages,
    (select count(*)::int from ttfd.deliveries where state = 'open') as deliveries,
    (select count(*)::int from ttfd.role_states where state = 'queued') as roles`)
  const [found] = rows
  const missing = deeds.messages.size - found.messages
  return [
    ...(missing > 0 ? [`${missing} messages are not counted`] : []),
    ...(found.deliveries > 0 ? [`${found.deliveries} deliveries are open`] : []),
    ...(found.roles > 0 ? [`${found.roles} roles are to be looked at`] : []),
  ]
}
