// One worker in a process of its own, started by backlog.js: ours, or graphile-worker with empty tasks. Speaks over IPC:
// { start } begins it; { done } tells now and then how many it has carried; { stop } ends it.
// @ts-check
import { Logger, run } from 'graphile-worker'
import { openDatabase } from '../../dist/db/connect.js'
import { ChangeFeed } from '../../dist/sync/change-feed.js'
import { SyncWorker } from '../../dist/sync/sync-worker.js'

const LANES = ['telegram', 'discord', 'telegram_account', 'discord_account']
const TELL_MS = 50
let done = 0

/** Everything is delivered at once: what is measured is leasing, order, outcomes and `processed`. @param {string} url */
async function ours(url) {
  const db = await openDatabase({ url })
  const feed = new ChangeFeed(db)
  await feed.start()
  const worker = new SyncWorker(db, {
    deliverers: new Map(
      LANES.map((lane) => [lane, async () => /** @type {const} */ ({ status: 'delivered' })]),
    ),
    feed,
    pollSeconds: 5,
    timeZone: 'Europe/Moscow',
    random: Math.random,
    onError: (/** @type {unknown} */ error) => void process.stderr.write(`${String(error)}\n`),
    onSettled: (/** @type {any} */ delivery) => {
      done += delivery.events.length
    },
  })
  worker.start()
  return async () => {
    await worker.stop()
    await feed.stop()
    await db.close()
  }
}

/** @param {string} connectionString @param {object} options */
async function graphile(connectionString, options) {
  const runner = await run({
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
    taskList: {
      empty: async () => {
        done += 1
      },
    },
    preset: { worker: { connectionString, ...options } },
  })
  return () => runner.stop()
}

/** @type {() => Promise<void>} */
let stop = async () => {}
process.on('message', async (/** @type {any} */ order) => {
  if (order.stop) {
    await stop()
    process.exit(0)
  }
  stop = await (order.kind === 'ours' ? ours(order.url) : graphile(order.url, order.options))
})
setInterval(() => process.connected && process.send?.({ done }), TELL_MS)
// The parent is gone: nobody measures any more.
process.on('disconnect', () => process.exit(0))
process.send?.({ done })
