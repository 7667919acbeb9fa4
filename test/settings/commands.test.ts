import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { enterByOperatorLink } from '../../src/core/website/operator-link.js'
import { deriveSignInKey } from '../../src/core/website/sign-in-token.js'
import { freshFolder, sharedInstallation } from '../cli/support.js'

const SECRET = 'a secret of the tests that is long enough to be one'
const at = sharedInstallation('postgres')
const env = { SESSION_SECRET: SECRET, PUBLIC_URL: 'http://ttfd.example:3000' }

describe('ttfd account signin-link', () => {
  test('gives a link of one use that opens the account, and is written down', async () => {
    const { db, run, earn } = at()
    const account = await earn('301', 5)
    const said = await run(['account', 'signin-link', 'telegram:301', '--json'], env)
    expect(said.code).toBe(0)
    const { url } = JSON.parse(said.out) as { url: string }
    expect(url).toMatch(/^http:\/\/ttfd\.example:3000\/login\/link\/[\w-]{22}$/)
    const enter = () =>
      enterByOperatorLink(db, url.split('/').at(-1) ?? '', {
        now: new Date(),
        key: deriveSignInKey(SECRET),
        newId: () => crypto.randomUUID(),
        admins: new Set(),
      })
    expect(await enter()).toMatchObject({ status: 'entered', accountId: account })
    expect(await enter()).toEqual({ status: 'gone' })
    const log = await db.kysely.selectFrom('ttfd.audit_log').selectAll().execute()
    expect(log).toMatchObject([{ act: 'signin_link_given', account_id: account }])
  })

  test('serves no admin, and nobody who is not there', async () => {
    const { run, earn } = at()
    await earn('302', 5)
    const admin = await run(['account', 'signin-link', 'telegram:302'], {
      ...env,
      ADMIN_ACCOUNTS: 'telegram:302',
    })
    expect(admin).toMatchObject({ code: 1, out: '' })
    expect(admin.err).toContain('администратора')
    expect(await run(['account', 'signin-link', '999'], env)).toMatchObject({ code: 1, out: '' })
  })
})

describe('ttfd account export', () => {
  test('writes a file for its owner alone, never over another', async () => {
    const { run, earn } = at()
    const account = await earn('303', 40, 7)
    const folder = freshFolder()
    const said = await run(['account', 'export', 'telegram:303', '--out', 'me.json'], env, { cwd: folder })
    expect(said).toMatchObject({ code: 0, err: '' })
    const file = join(folder, 'me.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const data = JSON.parse(readFileSync(file, 'utf8'))
    expect(data).toMatchObject({
      format: 'ttfd-export',
      version: 1,
      account: { id: account, xp: 40, coins: 7 },
      identities: [{ platform: 'telegram', platform_id: '303' }],
    })
    expect(data.events.map((event: { event_type: string }) => event.event_type)).toEqual([
      'account_created',
      'xp_change',
      'data_exported',
    ])
    const again = await run(['account', 'export', 'telegram:303', '--out', 'me.json'], env, { cwd: folder })
    expect(again.code).toBe(1)
    expect(again.err).toContain('уже есть')
    const piped = await run(['account', 'export', String(account)], env)
    expect(JSON.parse(piped.out).account.id).toBe(account)
  })
})

describe('ttfd account delete', () => {
  test('asks, begins the seven days, and takes them back', async () => {
    const { db, run, earn } = at()
    const account = await earn('304', 40, 7)
    const no = await run(['account', 'delete', 'telegram:304'], env, { input: 'нет' })
    expect(no.code).toBe(1)
    expect(no.err).toContain('Ничего не изменено')
    expect(await db.kysely.selectFrom('ttfd.deletions').selectAll().execute()).toEqual([])

    const yes = await run(['account', 'delete', 'telegram:304', '--yes', '--json'], env)
    expect(JSON.parse(yes.out)).toMatchObject({ account, due_at: expect.any(String) })
    expect(await run(['account', 'delete', 'telegram:304', '--yes'], env)).toMatchObject({ code: 1 })
    const due = await db.kysely.selectFrom('ttfd.deletions').selectAll().execute()
    expect(due).toMatchObject([{ account_id: account, asked_by: 'operator' }])
    expect((due[0]?.due_at.getTime() ?? 0) - (due[0]?.asked_at.getTime() ?? 0)).toBe(7 * 86_400_000)

    expect(await run(['account', 'delete', 'telegram:304', '--keep'], env)).toMatchObject({ code: 0 })
    expect(await run(['account', 'delete', 'telegram:304', '--keep'], env)).toMatchObject({ code: 1 })
    const acts = await db.kysely
      .selectFrom('ttfd.audit_log')
      .select('act')
      .where('account_id', '=', account)
      .orderBy('id')
      .execute()
    expect(acts.map(({ act }) => act)).toEqual(['account_delete', 'account_keep'])
  })
})
