import type { Reader } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import type { RoleBlock, RoleState } from '../../db/tables/roles.js'
import { maskEmail } from '../website/placeholder-email.js'

/** How a member's rank role stands in one guild. */
export type LinkedRole = { guildId: string; state: RoleState; reason: RoleBlock | null }

/** One of a member's identities, as he himself may see it. */
export type LinkedPlatform = {
  platform: PlatformName
  /** Name on the platform, or the address of a website identity; null: never told. */
  name: string | null
  /** Last digits of the id, which tell two of one name apart; null for an address. */
  idTail: string | null
  since: Date
  /** Whether a bot can write there: the Telegram person started the bot. */
  reachable: boolean
  /** Discord: one entry a guild that has rank roles. */
  roles: LinkedRole[]
}

const TAIL = 4

/** A member's identities with the state of his rank roles. For the member alone. */
export async function readLinkedPlatforms(reader: Reader, accountId: number): Promise<LinkedPlatform[]> {
  const rows = await reader
    .selectFrom('ttfd.identities as i')
    .leftJoin('ttfd.role_states as s', (join) =>
      join
        .onRef('s.discord_id', '=', 'i.platform_id')
        .on('i.platform', '=', 'discord')
        .on(({ exists, selectFrom }) =>
          exists(
            selectFrom('ttfd.guild_roles as g').whereRef('g.guild_id', '=', 's.guild_id').select('g.tier'),
          ),
        ),
    )
    .leftJoin('ttfd.unproven_emails as e', (join) =>
      join.onRef('e.email', '=', 'i.platform_id').on('i.platform', '=', 'website').on('e.closed', '=', true),
    )
    .select(['e.closed', 'i.platform', 'i.platform_id', 'i.username', 'i.known_since', 'i.reachable'])
    .select(['s.guild_id', 's.state', 's.reason'])
    .where('i.account_id', '=', accountId)
    .orderBy('i.platform')
    .orderBy('s.guild_id')
    .execute()
  const found = new Map<PlatformName, LinkedPlatform>()
  for (const row of rows) {
    const isAddress = row.platform === 'website'
    const entry = found.get(row.platform) ?? {
      platform: row.platform,
      // An address that only an old store joined to him may be somebody else's.
      name: !isAddress ? row.username : row.closed ? maskEmail(row.platform_id) : row.platform_id,
      idTail: isAddress ? null : row.platform_id.slice(-TAIL),
      since: row.known_since,
      reachable: row.reachable,
      roles: [],
    }
    found.set(row.platform, entry)
    if (row.guild_id !== null && row.state !== null)
      entry.roles.push({ guildId: row.guild_id, state: row.state, reason: row.reason })
  }
  return [...found.values()]
}
