import { afterAll, beforeAll } from 'vitest'
import type { Database } from '../../src/db/connect.js'
import { borrowDatabase, type Kind } from './databases.js'

/** One database for all tests of a `describe`: they keep apart by using people of their own. */
export function sharedDatabase(kind: Kind): {
  readonly db: Database
  readonly dataDir: string
  readonly url: string
} {
  let made: Awaited<ReturnType<typeof borrowDatabase>> | null = null
  beforeAll(async () => {
    made = await borrowDatabase(kind)
  })
  afterAll(async () => {
    await made?.giveBack()
  })
  const get = () => {
    if (!made) throw new Error('the database is opened before the first test')
    return made
  }
  return {
    get db() {
      return get().db
    },
    get dataDir() {
      return get().dataDir ?? ''
    },
    get url() {
      return get().url ?? ''
    },
  }
}
