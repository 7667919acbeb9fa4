import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compareSchema, describeSchema } from '../../src/db/schema-manifest.js'
import { freshDatabase, KINDS } from '../support/databases.js'

const MANIFEST = fileURLToPath(new URL('../../migrations/schema.txt', import.meta.url))

describe.each(KINDS)('the manifest on %s', (kind) => {
  // After a new migration: npx vitest run test/cli/schema-manifest.test.ts -u
  test('says what the migrations make', async () => {
    const db = await freshDatabase(kind)
    const live = await describeSchema(db.kysely)
    await expect(`${live.join('\n')}\n`).toMatchFileSnapshot(MANIFEST)
  })
})

test('a missing or changed column and a missing rule are named; what is more is nobody’s business', () => {
  const expected = [
    'public.a.id bigint not null',
    'public.a.name text',
    'public.a: a_pkey',
    'public.a: a_rule',
  ]
  const live = ['public.a.id integer', 'public.a.more text', 'public.a: a_more', 'public.a: a_pkey']
  expect(compareSchema(expected, live)).toEqual([
    'public.a.id bigint not null -> integer',
    'public.a.name text -> -',
    'public.a: a_rule -> -',
  ])
  expect(compareSchema(expected, expected)).toEqual([])
})
