import type pg from 'pg'
import type { Database } from './connect.js'

/** Runs `work` over a connection of its own and ends that, whatever comes of it. */
export async function withClient<T>(db: Database, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = db.client()
  // A connection that breaks later fails the query under way; without a listener the event would end the program.
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
