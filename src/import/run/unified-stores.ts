import type pg from 'pg'
import type { Source } from '../records.js'
import type { StagedStore } from './stage-stores.js'

/** Balances of the old unified tables would count twice, or vanish, unless these stores are given as well. */
export class StoresMissingError extends Error {
  override name = 'StoresMissingError'
  constructor(readonly missing: readonly Source[]) {
    super(`the old unified tables need the stores ${missing.join(', ')}`)
  }
}

/** The upgrade gave an opening event to every account that there was, so the first ones tell whether there are any. */
const FIRST_ACCOUNTS = 200

/**
 * An opening balance of the old unified tables holds what came from all stores together, nobody knows in which shares. It
 * is replaced once a store speaks for its account, so all of them must be there. Throws StoresMissingError.
 */
export async function requireStoresOfUnified(
  client: pg.Client,
  staged: readonly StagedStore[],
): Promise<void> {
  const open = (accounts: string) => `
    from ${accounts} a join unified_users u on u.id = a.id
    where exists (select from cross_platform_events e where e.dedupe_key = 'import:unified:' || a.id and e.xp_delta + e.coins_delta > 0)
      and not exists (select from cross_platform_events x where x.dedupe_key = 'import:unified:' || a.id || ':reversed')`
  const some = await client.query(
    `select 1 ${open(`(select id from ttfd.accounts order by id limit ${FIRST_ACCOUNTS})`)} limit 1`,
  )
  if (some.rows.length === 0) return
  const { rows } = await client.query<Record<Source, boolean>>(`
    select coalesce(bool_or(u.telegram_id is not null), false) as telegram, coalesce(bool_or(u.discord_id is not null), false) as discord
    ${open('ttfd.accounts')}`)
  const known = await client.query<{ origin: string }>(`select distinct origin from ttfd.import_snapshots`)
  const has = (source: Source) =>
    staged.some((store) => store.origin === source) || known.rows.some((row) => row.origin === source)
  const missing = (['telegram', 'discord'] as const).filter((source) => rows[0]?.[source] && !has(source))
  if (missing.length > 0) throw new StoresMissingError(missing)
}
