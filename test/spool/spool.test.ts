import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Award, AwardOutcome } from '../../src/core/progression/award.js'
import type { AwardSink } from '../../src/core/progression/award-writer.js'
import { DatabaseUnavailableError } from '../../src/db/unavailable.js'
import { Spool, type SpoolOptions } from '../../src/spool/spool.js'
import { SpoolFile } from '../../src/spool/spool-file.js'
import { encodeEntry, encodeHeader, SPOOL_VERSION } from '../../src/spool/spool-format.js'
import { grantOf, makeAward, message, minutes, NOON, writerOn } from '../support/awards.js'
import { sharedDatabase } from '../support/shared-database.js'

const shared = sharedDatabase('embedded')
const TARGET = { place: 'here', database: 'db-1' }

let people = 100
const person = () => ({ platform: 'telegram' as const, id: `${++people}` })

/** A spool in a directory of its own before the real writer, which can be told to be away. */
function setUp(more: Partial<SpoolOptions> = {}) {
  const directory = more.directory ?? mkdtempSync(join(tmpdir(), 'ttfd-spool-'))
  const real = writerOn(shared.db)
  const state = { away: false, written: [] as string[] }
  const writer: AwardSink = {
    async award(award: Award): Promise<AwardOutcome> {
      if (state.away) throw new DatabaseUnavailableError('away')
      const outcome = await real.award(award)
      state.written.push(award.key)
      return outcome
    },
  }
  const replays: number[] = []
  let wake = () => {}
  const make = (own: Partial<SpoolOptions> = {}) =>
    new Spool({
      directory,
      holder: 'host:1:space:own',
      ownerState: () => 'dead',
      writer,
      target: () => TARGET,
      isUp: () => !state.away,
      isReady: async () => !state.away,
      now: () => NOON,
      lookMs: 20,
      log: { info: () => {}, error: () => {} },
      onReplayed: (count) => {
        replays.push(count)
        wake()
      },
      ...more,
      ...own,
    })
  const spool = make()
  onTestFinished(async () => {
    await spool.stop().catch(() => {})
    await real.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const replayed = () =>
    new Promise<void>((resolve) => {
      wake = resolve
    })
  const files = () => readdirSync(directory).filter((name) => name.endsWith('.spool'))
  return { directory, state, spool, make, replays, replayed, files }
}

const xpOf = async (who: { id: string }) => {
  const { rows } = await sql<{
    xp: number
  }>`select xp from unified_users where telegram_id = ${who.id}`.execute(shared.db.kysely)
  return rows[0]?.xp ?? null
}

/** Awards of one person, a minute apart, so that each is paid. */
const talk = (who: ReturnType<typeof person>, count: number) =>
  Array.from({ length: count }, (_, index) =>
    makeAward(message({ length: 60 }), {
      who,
      occurredAt: minutes(2 * index),
      key: `talk:${who.id}:${index}`,
    }),
  )

describe('while the database is away', () => {
  test('an award is on the disk before it is answered, and is paid once when the database is back', async () => {
    const { directory, state, spool, replayed, files } = setUp()
    const who = person()
    await spool.start()
    expect((await spool.take(makeAward(grantOf(1), { who }))).status).toBe('recorded')
    expect(files()).toEqual([])

    state.away = true
    const [first] = talk(who, 1)
    if (!first) throw new Error('no award')
    expect(await spool.take(first)).toEqual({ status: 'kept' })
    const [file = ''] = files()
    expect(readFileSync(join(directory, file), 'utf8')).toContain(first.key)
    expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600)
    // Between two of its looks whether the database is back.
    await expect.poll(() => spool.status).toMatchObject({ mode: 'keeping', entries: 1, oldestAt: NOON })

    const back = replayed()
    state.away = false
    await back
    expect(await xpOf(who)).toBe(11)
    expect(files()).toEqual([])
    expect(spool.status).toMatchObject({ mode: 'direct', entries: 0, bytes: 0, oldestAt: null })
    expect(await spool.take(first)).toMatchObject({ status: 'duplicate', xp: 10 })
  })

  test('an award that is being appended while another look finds nothing keeps its time', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ttfd-spool-'))
    const header = { ttfd_spool: SPOOL_VERSION, ...TARGET, made_at: NOON.toISOString() }
    const file = await SpoolFile.create(join(directory, 'one.spool'), header)
    onTestFinished(async () => {
      await file.close()
      rmSync(directory, { recursive: true, force: true })
    })
    const look = await file.next()
    const appended = file.append(makeAward(grantOf(1), { who: person() }), NOON)
    look.settled()
    await appended
    expect(file).toMatchObject({ entries: 1, oldest: NOON })

    const next = await file.next()
    next.settled()
    expect(file).toMatchObject({ entries: 0, oldest: null, isDrained: true })
  })

  test('thousands taken at once are all kept, and each person’s are written in their order', async () => {
    const { state, spool, replayed } = setUp()
    await spool.start()
    state.away = true
    const crowd = Array.from({ length: 20 }, person)
    const lists = crowd.map((who) => talk(who, 60))
    // Round after round, as people talk.
    const taken = Array.from({ length: 60 }, (_, index) => lists.map((list) => list[index])).flat()
    const answers = await Promise.all(taken.map((award) => award && spool.take(award)))
    expect(answers.filter((answer) => answer?.status === 'kept')).toHaveLength(1_200)
    const back = replayed()
    state.away = false
    await back
    for (const who of crowd) {
      const { rows } = await sql<{ keys: string[] }>`select array_agg(dedupe_key order by seq) as keys
        from cross_platform_events e join unified_users u on u.id = e.user_id
        where u.telegram_id = ${who.id} and e.event_type = 'message_sent'`.execute(shared.db.kysely)
      expect(rows[0]?.keys).toEqual(Array.from({ length: 60 }, (_, index) => `talk:${who.id}:${index}`))
    }
  })

  test('it ends also when awards keep coming, and none of them overtakes the kept ones', async () => {
    const { state, spool, replayed } = setUp()
    await spool.start()
    state.away = true
    const who = person()
    const grant = (index: number) => makeAward(grantOf(1), { who, key: `steady:${who.id}:${index}` })
    await Promise.all(Array.from({ length: 700 }, (_, index) => spool.take(grant(index))))
    const back = replayed()
    state.away = false
    // Three at a time without a pause, until one is written at once.
    let next = 700
    for (let answers: string[] = []; !answers.includes('recorded'); ) {
      const taken = await Promise.all([next, next + 1, next + 2].map((index) => spool.take(grant(index))))
      answers = taken.map(({ status }) => status)
      next += 3
    }
    await back
    const mine = state.written.filter((key) => key.startsWith(`steady:${who.id}:`))
    expect(mine).toHaveLength(next)
    expect(mine).toEqual([...mine].sort((a, b) => Number(a.split(':')[2]) - Number(b.split(':')[2])))
  })

  test('an outage in the middle of the replay loses nothing and pays nothing twice', async () => {
    const { state, spool, replayed } = setUp()
    await spool.start()
    state.away = true
    const who = person()
    const awards = talk(who, 30)
    await Promise.all(awards.map((award) => spool.take(award)))
    // The first of them are written, then the database goes away again.
    const seen = state.written.length
    let cut = false
    const push = state.written.push.bind(state.written)
    state.written.push = (...keys) => {
      if (!cut && state.written.length - seen >= 5) {
        cut = true
        state.away = true
        setTimeout(() => {
          state.away = false
        }, 50)
      }
      return push(...keys)
    }
    const back = replayed()
    state.away = false
    await back
    expect(await xpOf(who)).toBe(300)
  })

  test('when it can be kept nowhere, the outage is told', async () => {
    const full = setUp({ freeBytesMin: Number.MAX_SAFE_INTEGER })
    await full.spool.start()
    full.state.away = true
    await expect(full.spool.take(makeAward(message()))).rejects.toThrow(DatabaseUnavailableError)
    const small = setUp({ bytesMax: 600 })
    await small.spool.start()
    small.state.away = true
    const answers = await Promise.allSettled(talk(person(), 8).map((award) => small.spool.take(award)))
    expect(answers[0]?.status).toBe('fulfilled')
    await expect(small.spool.take(makeAward(message()))).rejects.toThrow(DatabaseUnavailableError)
  })

  test('what the rules refuse for good is listed, and does not stop what follows', async () => {
    const { directory, state, spool, replayed } = setUp()
    await spool.start()
    state.away = true
    const who = person()
    const nobody = makeAward(message(), { who: person(), create: undefined as never, key: 'nobody:1' })
    await spool.take(nobody)
    await spool.take(makeAward(grantOf(7), { who }))
    const back = replayed()
    state.away = false
    await back
    expect(await xpOf(who)).toBe(7)
    const [line = ''] = readFileSync(join(directory, 'rejected.jsonl'), 'utf8').split('\n')
    expect(JSON.parse(line)).toMatchObject({ reason: 'unknown_account', award: { key: 'nobody:1' } })
  })
})

describe('what a dead process left', () => {
  const leave = (
    directory: string,
    lines: string,
    header: Partial<Parameters<typeof encodeHeader>[0]> = {},
  ) => {
    const head = encodeHeader({ ttfd_spool: SPOOL_VERSION, ...TARGET, made_at: '', ...header })
    writeFileSync(join(directory, 'host+9+space+dead~1.spool'), head + lines)
  }

  test('is written by the next one, but for a torn last record and a damaged one, which is listed', async () => {
    const { directory, spool, replayed, files } = setUp()
    const [mine, torn, after] = [person(), person(), person()]
    const entry = (who: ReturnType<typeof person>) =>
      encodeEntry(makeAward(grantOf(5), { who, key: `left:${who.id}` }))
    leave(directory, `${entry(mine)}0badc0de {"key":"x"}\n${entry(after)}${entry(torn)}`)
    truncateSync(
      join(directory, 'host+9+space+dead~1.spool'),
      statSync(join(directory, 'host+9+space+dead~1.spool')).size - 20,
    )
    const back = replayed()
    await spool.start()
    await back
    expect(await Promise.all([mine, torn, after].map(xpOf))).toEqual([5, null, 5])
    expect(files()).toEqual([])
    expect(readFileSync(join(directory, 'rejected.jsonl'), 'utf8')).toContain('"checksum"')
  })

  test('half made holds nothing and is cleared away', async () => {
    const { directory, spool } = setUp()
    writeFileSync(join(directory, 'host+9+space+dead~2.spool.new'), '')
    await spool.start()
    expect(readdirSync(directory)).toEqual([])
  })

  test('is left alone while its owner lives, and taken over by one of two others at most once', async () => {
    const who = person()
    const line = encodeEntry(makeAward(grantOf(3), { who, key: `twice:${who.id}` }))
    const alive = setUp({ ownerState: () => 'alive' })
    leave(alive.directory, line)
    await alive.spool.start()
    expect(alive.spool.status).toMatchObject({ entries: 0, bytes: 0, foreign: [] })
    expect(alive.files()).toHaveLength(1)

    const two = setUp()
    leave(two.directory, line)
    const other = two.make({ holder: 'host:2:space:other' })
    onTestFinished(() => other.stop())
    const back = two.replayed()
    await Promise.all([two.spool.start(), other.start()])
    await back
    expect(await xpOf(who)).toBe(3)
  })

  test('for another database, or by a newer program, stays as it is and is shown', async () => {
    for (const header of [
      { database: 'db-2' },
      { ttfd_spool: SPOOL_VERSION + 1 },
      { database: null, place: 'there' },
    ]) {
      const { directory, spool, files } = setUp()
      const who = person()
      leave(directory, encodeEntry(makeAward(grantOf(3), { who })), header)
      await spool.start()
      expect(spool.status.foreign).toHaveLength(1)
      expect(files()).toHaveLength(1)
      expect(await xpOf(who)).toBe(null)
    }
  })
})
