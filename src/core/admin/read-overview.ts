import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import type { RoleBlock } from '../../db/tables/roles.js'
import { type Heartbeat, readHeartbeats } from '../duties/heartbeats.js'
import { summarizeRoles } from '../roles/role-states.js'

type AdminOverview = {
  heartbeats: Heartbeat[]
  deliveries: { open: number; failed: number }
  /** Members whose rank role something stands in the way of. */
  rolesBlocked: { reason: RoleBlock; members: number }[]
  /** Version of the database's server. */
  server: string
}

/** How the program is, for the first page of the admins. */
export async function readOverview(reader: Reader): Promise<AdminOverview> {
  const { rows } = await sql<{ open: number; failed: number; server: string }>`
    select (select count(*) from ttfd.deliveries where state = 'open')::int as open,
      (select count(*) from ttfd.deliveries where state = 'failed')::int as failed,
      current_setting('server_version') as server`.execute(reader)
  const counts = rows[0] ?? { open: 0, failed: 0, server: '' }
  const blocked = new Map<RoleBlock, number>()
  for (const { state, reason, members } of await summarizeRoles(reader)) {
    if (state === 'blocked' && reason !== null && reason !== 'member_gone')
      blocked.set(reason, (blocked.get(reason) ?? 0) + members)
  }
  return {
    heartbeats: await readHeartbeats(reader),
    deliveries: { open: counts.open, failed: counts.failed },
    rolesBlocked: [...blocked].map(([reason, members]) => ({ reason, members })),
    server: counts.server,
  }
}
