import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/connect.js'
import { grantOf, makeAward, recorded, writerOn } from '../support/awards.js'
import { sharedDatabase } from '../support/shared-database.js'

// While few awards wait, one batch takes them all; when many wait, batches run side by side. On the way from one to the
// other and back, no award of a person may overtake an earlier one of the same person.

const shared = sharedDatabase('postgres')
const MANY = 400

// Six digits: whoever has the same remainder by three waits in the same of three queues.
let serial = 100_000
const person = () => ({ platform: 'telegram' as const, id: String(++serial) })
/** Somebody whose queue is the second, or one of the others. */
function personOf(isSecond: boolean): Person {
  const who = person()
  return (Number(who.id) % 3 === 1) === isSecond ? who : personOf(isSecond)
}
type Person = ReturnType<typeof person>

async function ownWriter() {
  const db = await openDatabase({ url: shared.url, maxConnections: 2 })
  const writer = writerOn(db)
  onTestFinished(async () => {
    await writer.close()
    await db.close()
  })
  const give = async (who: Person, xp: number) =>
    recorded(await writer.award(makeAward(grantOf(xp), { who }))).newXp
  return { writer, give }
}

/** Holds an account's row, as a slow client would, until it is let go. */
async function hold(db: Database, who: Person) {
  let letGo = () => {}
  const held = await new Promise<{ ended: Promise<void> }>((resolve, reject) => {
    const ended = db.transaction(async (tx) => {
      await sql`select from unified_users where telegram_id = ${who.id} for update`.execute(tx)
      await new Promise<void>((release) => {
        letGo = release
        resolve({ ended })
      })
    })
    ended.catch(reject)
  })
  return async () => {
    letGo()
    await held.ended
  }
}

/** When somebody waits for a lock here, and not in the database of another test. */
async function untilBlocked() {
  for (;;) {
    const { rows } = await sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(shared.db.kysely)
    if (rows.length > 0) return
  }
}

/** As long as twenty lone awards of another process take: who may overtake has done so by then. */
async function aWhile() {
  const { give } = await ownWriter()
  const who = person()
  for (let n = 0; n < 20; n++) await give(who, 1)
}

test('many who come while one batch hangs do not overtake whoever is in it', async () => {
  const { give } = await ownWriter()
  const slow = person()
  const people = Array.from({ length: 9 }, () => person())
  await Promise.all([slow, ...people].map((who) => give(who, 1)))
  const letGo = await hold(shared.db, slow)
  const early = [slow, ...people].map((who) => give(who, 10))
  await untilBlocked()
  const late = people.map((who) => give(who, 100))
  const crowd = Array.from({ length: MANY }, () => give(person(), 1))
  await aWhile()
  await letGo()
  expect(await Promise.all(early)).toEqual(early.map(() => 11))
  expect(await Promise.all(late)).toEqual(late.map(() => 111))
  await Promise.all(crowd)
})

test('few who come while one of several batches hangs do not overtake whoever is in it', async () => {
  const { give } = await ownWriter()
  const slow = personOf(true)
  const people = Array.from({ length: 9 }, () => personOf(true))
  await Promise.all([slow, ...people].map((who) => give(who, 1)))
  const letGo = await hold(shared.db, slow)
  const crowd = Array.from({ length: MANY }, () => personOf(false))
  const early = [slow, ...people].map((who) => give(who, 10))
  const answered = crowd.map((who) => give(who, 1))
  // The batches beside the hanging one end: few wait.
  await Promise.all(answered)
  const late = people.map((who) => give(who, 100))
  await aWhile()
  await letGo()
  expect(await Promise.all(early)).toEqual(early.map(() => 11))
  expect(await Promise.all(late)).toEqual(late.map(() => 111))
})

test('each person gets his awards in the order in which they came, however many wait', async () => {
  const { give } = await ownWriter()
  const people = Array.from({ length: 12 }, () => person())
  const told = people.map((): Promise<number>[] => [])
  // Waves from one award to a thousand: the writer spreads and gathers again and again.
  for (const [wave, size] of [1, 600, 3, 40, 900, 2, 120, 300, 5].entries()) {
    const begun = Array.from({ length: size }, (_, n) => {
      const at = (n * 7 + wave) % people.length
      const answer = give(people[at] ?? person(), 1)
      told[at]?.push(answer)
      return answer
    })
    // The next wave comes when the first of this one are answered.
    await Promise.any(begun)
  }
  for (const answers of told) {
    const balances = await Promise.all(answers)
    expect(balances).toEqual(balances.map((_, n) => n + 1))
  }
})
