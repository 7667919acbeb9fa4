import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { type Heartbeat, readHeartbeats } from '../duties/heartbeats.js'
import { summarizeRoles } from '../roles/role-states.js'

type AdminOverview = {
  heartbeats: Heartbeat[]
  deliveries: { open: number; failed: number }
  /** Members whose rank role something stands in the way of. */
  rolesBlocked: number
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
  const roles = await summarizeRoles(reader)
  return {
    heartbeats: await readHeartbeats(reader),
    deliveries: { open: counts.open, failed: counts.failed },
    rolesBlocked: roles
      .filter((row) => row.state === 'blocked' && row.reason !== 'member_gone')
      .reduce((sum, row) => sum + row.members, 0),
    server: counts.server,
  }
}
