import type { Reader } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { findAccountId } from '../accounts/find-account.js'
import type { Identity } from '../accounts/identity.js'
import { isSame, type LinkRole } from './link-request.js'
import { type Phrase, platformValue } from './phrase.js'

/** What `/checklink` tells a member about himself; nobody else may see it. */
export type LinkStatus =
  | { status: 'unknown_account' }
  | {
      status: 'known'
      accountId: number
      identities: { platform: PlatformName; username: string | null; knownSince: Date; isAsking: boolean }[]
      /** An old row joined these without proof; a code from one, typed on the other, proves it. */
      unproven: boolean
      /** Until when the identity's code can be typed; null without one. The code itself is known to nobody any more. */
      codeUntil: Date | null
      /** Requests that wait, oldest first; those whose turn is the asker's can be answered at once. */
      pending: { request: string; role: LinkRole; turn: LinkRole; expiresAt: Date }[]
    }

export async function linkStatus(reader: Reader, identity: Identity, now: Date): Promise<LinkStatus> {
  const accountId = await findAccountId(reader, identity)
  if (accountId === null) return { status: 'unknown_account' }
  const identities = await reader
    .selectFrom('ttfd.identities as i')
    .innerJoin('ttfd.accounts as a', 'a.id', 'i.account_id')
    .select(['i.platform', 'i.platform_id', 'i.username', 'i.known_since', 'a.link_unproven'])
    .where('i.account_id', '=', accountId)
    .orderBy('i.known_since')
    .execute()
  const code = await reader
    .selectFrom('ttfd.link_codes')
    .select('expires_at')
    .where('platform', '=', identity.platform)
    .where('platform_id', '=', identity.id)
    .where('used_at', 'is', null)
    .where('burnt_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return {
    status: 'known',
    accountId,
    identities: identities.map((row) => ({
      platform: row.platform,
      username: row.username,
      knownSince: row.known_since,
      isAsking: isSame(identity, { platform: row.platform, id: row.platform_id }),
    })),
    unproven: identities.some((row) => row.link_unproven),
    codeUntil: code?.expires_at ?? null,
    pending: await pendingOf(reader, identity, now),
  }
}

async function pendingOf(reader: Reader, { platform, id }: Identity, now: Date) {
  const rows = await reader
    .selectFrom('ttfd.link_requests')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .where((eb) =>
      eb.or([
        // The page that showed the number of a deep link asks by itself, and nobody else may.
        eb.and([
          eb('owner_platform', '=', platform),
          eb('owner_platform_id', '=', id),
          eb('session_id', 'is', null),
        ]),
        eb.and([eb('typist_platform', '=', platform), eb('typist_platform_id', '=', id)]),
      ]),
    )
    .orderBy('created_at')
    .execute()
  return rows.map((row) => ({
    request: row.id,
    role: (row.owner_platform === platform && row.owner_platform_id === id ? 'owner' : 'typist') as LinkRole,
    turn: (row.state === 'waits_typist' ? 'typist' : 'owner') as LinkRole,
    expiresAt: row.expires_at,
  }))
}

/** The same in words, a line each, under a heading of its own. */
export function linkStatusPhrases(status: Extract<LinkStatus, { status: 'known' }>): Phrase[] {
  const { identities, unproven, codeUntil, pending } = status
  return [
    ...identities.map(({ platform, username, knownSince }) => {
      const values = { platform: platformValue(platform), date: { day: knownSince } }
      return username === null
        ? { key: 'linking:check.line', values }
        : { key: 'linking:check.line_named', values: { ...values, username: { text: username } } }
    }),
    ...(identities.length === 1 ? [{ key: 'linking:check.only_one' }] : []),
    ...(unproven ? [{ key: 'linking:check.unproven' }] : []),
    ...(codeUntil ? [{ key: 'linking:check.code_until', values: { time: { clock: codeUntil } } }] : []),
    ...(pending.some(({ role, turn }) => role === turn) ? [{ key: 'linking:check.pending' }] : []),
  ]
}
