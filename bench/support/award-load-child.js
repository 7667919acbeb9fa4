// Awards at an even rate in a process of their own, with what the leader does beside them: days' sums folded, the board
// of all XP counted anew once in the middle of a minute. Started by questions of others: speaks over IPC.
// @ts-check
import { rebuildBoard } from '../../dist/core/boards/board.js'
import { newId } from '../../dist/core/events/new-id.js'
import { AwardWriter } from '../../dist/core/progression/award-writer.js'
import { foldDaySumsDuty } from '../../dist/core/progression/day-sums.js'
import { loadRules } from '../../dist/core/progression/load-rules.js'
import { openDatabase } from '../../dist/db/connect.js'
import { discordIdOf, message } from './award-load.js'

const TIME_ZONE = 'Europe/Moscow'
const BEAT_MS = 5
const FOLD_MS = 5_000
const BOARD_MS = 10_000
/** A machine that cannot write as many gets fewer; how many it were is told with the figures. */
const UNDER_WAY_MAX = 1_000

/** @type {() => Promise<number>} */
let stop = async () => 0

/** @param {{ databaseUrl: string, accounts: number, perSecond: number }} order */
async function start({ databaseUrl, accounts, perSecond }) {
  const db = await openDatabase({ url: databaseUrl })
  const rules = await loadRules(db.kysely, { pay: true, timeZone: TIME_ZONE })
  const writer = new AwardWriter(db, { rules: () => rules, newId: () => newId(Date.now()) })
  const began = performance.now()
  let sent = 0
  const under = new Set()
  const say = () => {
    const due = ((performance.now() - began) / 1000) * perSecond
    for (; sent < due && under.size < UNDER_WAY_MAX; sent++) {
      const member = discordIdOf(1 + ((sent * 7919) % accounts))
      const award = message({ key: `questions-${sent}`, member, at: new Date(), serial: sent + 1 })
      const answered = writer.award(/** @type {any} */ (award)).finally(() => under.delete(answered))
      under.add(answered)
    }
  }
  let duty = Promise.resolve()
  const timers = [
    setInterval(say, BEAT_MS),
    setInterval(() => {
      duty = duty.then(() => foldDaySumsDuty(db))
    }, FOLD_MS),
    setTimeout(() => {
      duty = duty.then(async () => void (await rebuildBoard(db, () => performance.now(), TIME_ZONE)))
    }, BOARD_MS),
  ]
  stop = async () => {
    for (const timer of timers) clearInterval(timer)
    // Until here: while the rest is waited for, nothing more is sent.
    const rate = sent / ((performance.now() - began) / 1000)
    await Promise.all([...under, duty])
    await writer.close()
    await db.close()
    return rate
  }
}

process.on('message', async (/** @type {any} */ order) => {
  try {
    if (order.start) await start(order.start)
    process.send?.(order.stop ? { perSecond: await stop() } : {})
  } catch (error) {
    process.send?.({ failed: String(error) })
  }
})
// The parent is gone: nobody measures any more.
process.on('disconnect', () => process.exit(0))
