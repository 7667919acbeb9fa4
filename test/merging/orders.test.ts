import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitExactly } from '../../src/core/merging/plan-undo.js'
import { KINDS } from '../support/databases.js'
import { discord, expectSound, freshMergers, type Mergers, telegram, website } from './support.js'

const WHO = [telegram('1001'), discord('900000000000000001'), website('a@example.org')] as const
const TIMES = process.env.LONG ? 10 : 1
/** A few walks are the same ones every day: drawn by chance, some would hold no step of some kind. Many are drawn anew. */
const SEED = process.env.LONG ? {} : { seed: 20_260_310 }

type Step =
  | { do: 'gain'; who: number; xp: number; coins: number }
  | { do: 'spend'; who: number; coins: number }
  | { do: 'merge'; into: number; from: number }
  | { do: 'undo'; which: number }
  | { do: 'wait'; hours: number }

const person = fc.nat(2)
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('gain' as const), who: person, xp: fc.nat(900), coins: fc.nat(90) }),
    fc.record({ do: fc.constant('spend' as const), who: person, coins: fc.integer({ min: 1, max: 120 }) }),
    fc.record({ do: fc.constant('merge' as const), into: person, from: person }),
    fc.record({ do: fc.constant('undo' as const), which: fc.nat(3) }),
    fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(1, 40, 73, 24 * 31) }),
  ),
  { minLength: 8, maxLength: 30 },
)

/** Living balances, one per account. */
async function balances(people: Mergers) {
  return people.db.kysely.selectFrom('unified_users').select(['id', 'xp', 'coins']).orderBy('id').execute()
}

async function walk(
  people: Mergers,
  taken: readonly Step[],
  done: Record<Step['do'], number>,
): Promise<void> {
  await people.meet(...WHO)
  const begun = await balances(people)
  const total = { xp: begun.reduce((sum, row) => sum + row.xp, 0), coins: 0 }
  const merges: { id: number; until: number; brought: [number, number] }[] = []
  for (const step of taken) {
    switch (step.do) {
      case 'gain':
        await people.gain(WHO[step.who] ?? WHO[0], step.xp, step.coins)
        total.xp += step.xp
        total.coins += step.coins
        done.gain += 1
        break
      case 'spend': {
        const spent = await people.spend(WHO[step.who] ?? WHO[0], step.coins)
        if (spent.status === 'recorded') {
          total.coins -= step.coins
          done.spend += 1
        }
        break
      }
      case 'merge': {
        const [into, from] = [WHO[step.into] ?? WHO[0], WHO[step.from] ?? WHO[0]]
        const brought: [number, number] = [(await people.balance(into))[1], (await people.balance(from))[1]]
        const merged = await people.merge(into, from)
        if (merged.status !== 'merged') break
        merges.push({ id: merged.merge, until: merged.frozenUntil.getTime(), brought })
        done.merge += 1
        break
      }
      case 'undo': {
        const merge = merges.at(-1 - step.which)
        const said = merge && (await people.preview(merge.id))
        const undone = merge && (await people.undo(merge.id))
        if (!merge || undone?.status !== 'undone') {
          expect(undone?.status).toBe(said?.status)
          break
        }
        // What was said before is what happens.
        expect(said).toEqual({ ...undone, status: 'allowed' })
        if (people.now.getTime() < merge.until) {
          expect(undone.survivor.coins).toBeGreaterThanOrEqual(merge.brought[0])
          expect(undone.loser.coins).toBeGreaterThanOrEqual(merge.brought[1])
        }
        done.undo += 1
        break
      }
      case 'wait':
        people.wait(step.hours * 60)
        done.wait += 1
        break
    }
    const now = await balances(people)
    for (const { xp, coins } of now) expect(Math.min(xp, coins)).toBeGreaterThanOrEqual(0)
    expect(now.reduce((sum, row) => sum + row.xp, 0)).toBe(total.xp)
    expect(now.reduce((sum, row) => sum + row.coins, 0)).toBe(total.coins)
  }
  await expectSound(people.db)
}

/** Sequences in which merges happen often enough to mean something. */
const lively = steps.map((taken): Step[] => [
  { do: 'gain', who: 0, xp: 700, coins: 50 },
  { do: 'gain', who: 1, xp: 20, coins: 80 },
  { do: 'merge', into: 1, from: 0 },
  ...taken,
  { do: 'undo', which: 0 },
  { do: 'undo', which: 0 },
  { do: 'undo', which: 1 },
])

test.each(KINDS)(
  'merge, spend, earn, undo in every order: never below 0, nothing made, nothing lost (%s)',
  async (kind) => {
    const done = { gain: 0, spend: 0, merge: 0, undo: 0, wait: 0 }
    const samples = fc.sample(lively, { numRuns: (kind === 'postgres' ? 8 : 1) * TIMES, ...SEED })
    for (const taken of samples) {
      const people = await freshMergers(kind)
      await walk(people, taken, done).catch((error: unknown) => {
        throw new Error(`after ${JSON.stringify(taken)}`, { cause: error })
      })
    }
    // A few samples need not hold every step.
    if (samples.length >= 8) for (const count of Object.values(done)) expect(count).toBeGreaterThan(0)
    expect(done.merge).toBeGreaterThan(0)
  },
  600_000,
)

test('an exact split never gives a side less than it brought, and never more than there is', () => {
  fc.assert(
    fc.property(
      fc.record({ survivor: fc.nat(10_000), loser: fc.nat(10_000) }),
      fc.nat(10_000),
      fc.integer({ min: -10_000, max: 10_000 }),
      (brought, free, earned) => {
        const total = brought.survivor + brought.loser + free
        const share = splitExactly(total, brought, earned)
        expect(share).toBeGreaterThanOrEqual(brought.loser)
        expect(total - share).toBeGreaterThanOrEqual(brought.survivor)
        if (earned >= 0 && earned <= free) expect(share).toBe(brought.loser + earned)
      },
    ),
    { numRuns: 300 * TIMES },
  )
})
