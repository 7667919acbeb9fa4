import type pg from 'pg'
import { isDiscordId, isTelegramId } from '../convert/old-id.js'
import { shown } from '../convert/text.js'
import type { OldItem, Rejected, Source } from '../records.js'
import { readColumns } from './old-tables.js'

/**
 * The rows of `discord_links` that prove something: those with status `active`. The others are questions that nobody
 * answered. Read whole: there are at most as many as members who linked.
 */
export async function readProvenLinks(client: pg.Client, source: Source): Promise<OldItem[]> {
  const columns = (await readColumns(client, ['discord_links'])).get('discord_links')
  if (!columns?.has('telegram_id') || !columns.has('discord_id')) return []
  if (!columns.has('status')) return [refused(source, null, 'link_without_status', 'discord_links')]
  const { rows } = await client.query<{ telegram: string | null; discord: string | null }>(
    `select distinct telegram_id::text as telegram, discord_id::text as discord from public.discord_links
    where status::text = 'active' order by 1, 2`,
  )
  return rows.map(({ telegram, discord }) => {
    const isWhole = telegram !== null && discord !== null && isTelegramId(telegram) && isDiscordId(discord)
    return isWhole
      ? { kind: 'link', link: { telegramId: telegram, discordId: discord } }
      : refused(source, telegram, 'bad_link', `${telegram} / ${discord}`)
  })
}

function refused(source: Source, id: string | null, reason: Rejected['reason'], value: string): OldItem {
  const rejected = {
    source,
    id,
    field: 'discord_links',
    reason,
    value: shown(value),
    whole: true,
    lost: null,
  }
  return { kind: 'rejected', rejected }
}
