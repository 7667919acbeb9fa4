import { describe, expect, test } from 'vitest'
import { sharedInstallation } from './support.js'

describe('ttfd key', () => {
  const installed = sharedInstallation('postgres')
  const audit = () =>
    installed()
      .db.kysely.selectFrom('ttfd.audit_log')
      .select(['act', 'actor', 'detail'])
      .orderBy('id')
      .execute()

  test('create shows the key once and stores only its hash', async () => {
    const { run, db } = installed()
    const made = await run([
      'key',
      'create',
      'arena',
      '--scopes',
      'awards, read',
      '--daily-xp',
      '5000',
      '--uncapped',
    ])
    expect(made.code).toBe(0)
    const key = /^ttfd_[\w-]{43}$/m.exec(made.out)?.[0] ?? ''
    expect(key).not.toBe('')
    const rows = await db.kysely.selectFrom('ttfd.api_keys').selectAll().execute()
    expect(rows).toMatchObject([
      { name: 'arena', scopes: ['awards', 'read'], daily_max: 5000, uncapped: true },
    ])
    expect(JSON.stringify([rows, await audit()])).not.toContain(key.slice(5))
    const listed = await run(['key', 'list', '--json'])
    expect(listed.out + (await run(['key'])).out).not.toContain(key.slice(5))
    expect(JSON.parse(listed.out)).toMatchObject([{ name: 'arena', awardMax: 1000, revokedAt: null }])
    expect((await run(['key'])).out).toContain('arena')
  })

  test('a name is given once, also after it was revoked, which is for good; all of it is written down', async () => {
    const { run } = installed()
    const made = JSON.parse((await run(['key', 'create', 'shop', '--scopes', 'read', '--json'])).out)
    expect(made).toMatchObject({ name: 'shop', dailyMax: 100_000, uncapped: false })
    expect((await run(['key', 'revoke', 'shop'])).code).toBe(0)
    expect(JSON.parse((await run(['key', 'revoke', 'shop', '--json'])).out).result).toBe('already_revoked')
    const again = await run(['key', 'create', 'shop', '--scopes', 'read'])
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('shop')])
    expect((await run(['key', 'revoke', 'nobody'])).code).toBe(1)
    const acts = (await audit()).filter(({ detail }) => detail.name === 'shop')
    expect(acts.map(({ act }) => act)).toEqual(['api_key_create', 'api_key_revoke'])
    expect(acts.every(({ actor }) => actor.startsWith('cli:'))).toBe(true)
  })

  test.each([
    ['key', 'create', 'Bad Name', '--scopes', 'read'],
    ['key', 'create', 'x', '--scopes', 'read,root'],
    ['key', 'create', 'x', '--scopes', ''],
    ['key', 'create', 'x'],
    ['key', 'create', 'x', '--scopes', 'read', '--daily-xp', '1.5'],
    ['key', 'create', 'x', '--scopes', 'read', '--daily-xp', '-1'],
    ['key', 'revoke'],
  ])('%s %s %s %s %s: wrong use', async (...args) => {
    const { run, db } = installed()
    expect((await run(args.filter((arg) => arg !== undefined))).code).toBe(2)
    const made = await db.kysely.selectFrom('ttfd.api_keys').select('name').where('name', '=', 'x').execute()
    expect(made).toEqual([])
  })
})
