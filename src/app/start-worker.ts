import type { Deliverer } from '../core/deliveries/delivery.js'
import { isUnavailable } from '../db/unavailable.js'
import { Duties } from '../sync/duties.js'
import { SyncWorker } from '../sync/sync-worker.js'
import type { AppContext } from './context.js'

/** Starts the sync worker and, where this process leads, the duties that one does for all. */
export function startWorker(context: AppContext, deliverers: ReadonlyMap<string, Deliverer>) {
  const { db, feed, config, log, metrics, state, holder, now, newId, random, t, print } = context
  const onError = (error: unknown) => {
    // The database's own line tells of an outage already.
    if (!isUnavailable(error)) log.error({ err: error }, 'the sync worker failed at something')
  }
  const worker = new SyncWorker(db, {
    deliverers,
    feed,
    pollSeconds: config.sync.pollSeconds,
    timeZone: config.timeZone,
    random: Math.random,
    onError,
    onSettled: (delivery, settlement) => {
      metrics.deliverySettled(delivery.destination, settlement.state)
      if (settlement.state === 'failed') {
        log.warn(
          { accountId: delivery.accountId, destination: delivery.destination, reason: settlement.note },
          'a delivery failed for good; see: ttfd events failed',
        )
      }
    },
  })
  const duties = new Duties(db, {
    holder,
    feed,
    clock: () => performance.now(),
    context: () => ({ rules: state.rules, now: now(), newId, random }),
    onError,
  })
  worker.start()
  context.leasing = worker.leasing
  duties.start()
  print(t('app:worker_up', { seconds: config.sync.pollSeconds }))
  return {
    isLeader: () => duties.isLeader,
    async stop() {
      context.leasing = null
      await Promise.all([worker.stop(), duties.stop()])
    },
  }
}
