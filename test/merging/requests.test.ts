import { describe, expect, test } from 'vitest'
import { readLinkRequest } from '../../src/core/linking/read-link-request.js'
import { previewLines } from '../../src/core/merging/preview-lines.js'
import { KINDS } from '../support/databases.js'
import { RULES } from '../support/rules.js'
import { discord, expectSound, freshMergers, type Mergers, telegram } from './support.js'

const [T, D] = [telegram('1001'), discord('900000000000000001')]

async function asked(people: Mergers) {
  await people.meet(T, D)
  await people.gain(T, 300, 40)
  await people.gain(D, 400, 60)
  return people.open(D, T)
}

describe.each(KINDS)('a request for a merge on %s', (kind) => {
  test('both sides read the same preview, each from its own side, and both must say yes', async () => {
    const people = await freshMergers(kind)
    const request = await asked(people)
    const linesOf = async (who: typeof T) => {
      const read = await readLinkRequest(people.db.kysely, { request, who, now: people.now, rules: RULES })
      if (read.status !== 'open' || !read.preview) throw new Error('no preview')
      return previewLines(read.preview).slice(0, 2)
    }
    expect(await linesOf(T)).toEqual([
      { name: 'xp', mine: 310, theirs: 400, result: 710 },
      { name: 'coins', mine: 40, theirs: 60, result: 100 },
    ])
    expect((await linesOf(D))[0]).toEqual({ name: 'xp', mine: 400, theirs: 310, result: 710 })
    expect(await people.confirm(request, D)).toEqual({ status: 'waits_typist' })
    expect(await people.confirm(request, T)).toMatchObject({ status: 'waits_owner' })
    expect(await people.confirm(request, D)).toMatchObject({ status: 'merged', now: true, coins: 100 })
    expect(await people.confirm(request, T)).toMatchObject({ status: 'merged', now: false, coins: 100 })
    expect(await people.events('accounts_merged')).toHaveLength(2)
    await expectSound(people.db)
  })

  test('coins that the owner spent meanwhile are news to the typist: he is asked again', async () => {
    const people = await freshMergers(kind)
    const request = await asked(people)
    await people.confirm(request, T)
    await people.spend(D, 50)
    expect(await people.confirm(request, D)).toMatchObject({ status: 'preview_changed', turn: 'typist' })
    expect(await people.confirm(request, T)).toMatchObject({ status: 'waits_owner' })
    expect(await people.confirm(request, D)).toMatchObject({ status: 'merged', coins: 50 })
  })

  test('coins that the typist spent are shown to the owner again; what was earned is no reason to ask', async () => {
    const people = await freshMergers(kind)
    const request = await asked(people)
    await people.confirm(request, T)
    await people.gain(T, 5, 5)
    await people.spend(T, 30)
    expect(await people.confirm(request, D)).toMatchObject({ status: 'preview_changed', turn: 'owner' })
    await people.gain(T, 0, 9)
    expect(await people.confirm(request, D)).toMatchObject({ status: 'merged', coins: 84 })
  })

  test('other open requests and codes of the account that ends are over', async () => {
    const people = await freshMergers(kind)
    const other = telegram('2002')
    await people.meet(other)
    const request = await asked(people)
    const rival = await people.open(D, other)
    const code = await people.code(T)
    await people.confirm(request, T)
    await people.confirm(request, D)
    expect(await people.confirm(rival, other)).toMatchObject({ status: 'refused' })
    expect(await people.type(D, code)).toEqual({ status: 'wrong_code' })
    await expectSound(people.db)
  })

  test('either side alone takes it back; a stranger cannot', async () => {
    const people = await freshMergers(kind)
    const stranger = telegram('3003')
    await people.meet(stranger)
    const request = await asked(people)
    await people.confirm(request, T)
    const end = await people.confirm(request, D)
    if (end.status !== 'merged') throw new Error(end.status)
    expect(await people.undo(end.merge, { identity: stranger })).toEqual({ status: 'not_yours' })
    expect(await people.undo(end.merge, { identity: T })).toMatchObject({ status: 'undone' })
    expect((await people.account(T))?.id).not.toBe((await people.account(D))?.id)
    const told = await people.events('account_unlinked')
    expect(told.map((event) => event.data.by)).toEqual(['telegram', 'telegram'])
    // The slots stay shut for 30 days: neither side takes another in.
    expect(await people.type(T, await people.code(D))).toMatchObject({ reason: 'slot_blocked' })
    await expectSound(people.db)
  })
})
