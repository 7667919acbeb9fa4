import type { Database } from '../db/connect.js'

const KEY = 'sandbox'

export type MarkVerdict = 'ok' | 'accounts_without_mark' | 'mark_with_real_token'

/**
 * Keeps invented and living members apart: under the sandbox a database is marked when it is empty and refused when it
 * has members and no mark; a program with a real token refuses a marked one.
 */
export async function checkSandboxMark(
  db: Database,
  { sandbox, realToken }: { sandbox: boolean; realToken: boolean },
): Promise<MarkVerdict> {
  const mark = await db.kysely
    .selectFrom('ttfd.settings')
    .select('value')
    .where('key', '=', KEY)
    .executeTakeFirst()
  if (mark) return realToken ? 'mark_with_real_token' : 'ok'
  if (!sandbox) return 'ok'
  const member = await db.kysely.selectFrom('ttfd.accounts').select('id').limit(1).executeTakeFirst()
  if (member) return 'accounts_without_mark'
  await db.kysely
    .insertInto('ttfd.settings')
    .values({ key: KEY, value: JSON.stringify(true) })
    .onConflict((oc) => oc.column('key').doNothing())
    .execute()
  return 'ok'
}
