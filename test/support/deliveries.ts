import { type ClaimOptions, claimDeliveries } from '../../src/core/deliveries/claim-deliveries.js'
import type { ClaimedDelivery } from '../../src/core/deliveries/delivery.js'
import { type Settlement, settleDeliveries } from '../../src/core/deliveries/settle-deliveries.js'
import { type Database, runnerOf } from '../../src/db/connect.js'
import { StatementConnection } from '../../src/db/statement-connection.js'

/** Leases what is due at these destinations, as a worker does. */
export function claim(db: Database, destinations: readonly string[], more: Partial<ClaimOptions> = {}) {
  const wanted = destinations.map((destination) => ({ destination, room: 64 }))
  const options = { wanted, leaseSeconds: 30, timeZone: 'Europe/Moscow', ...more }
  return db.transaction((tx) => claimDeliveries(runnerOf(tx), options))
}

/** Writes one outcome, as a worker does; whether the lease still held. */
export async function settle(db: Database, delivery: ClaimedDelivery, settlement: Settlement) {
  const connection = new StatementConnection(db, { queryTimeoutMs: 10_000 })
  try {
    return (await settleDeliveries(connection, [{ delivery, settlement }]))[0] ?? false
  } finally {
    await connection.close()
  }
}
