import type pg from 'pg'
import type { Database } from '../db/connect.js'

/** Gets the ids of accounts that changed; none means that boards were counted anew. */
export type ChangeListener = (accountIds: readonly number[]) => void

const CHANGED = 'ttfd_changed'
const DELIVERIES = 'ttfd_deliveries'
const RECONNECT_MS_MIN = 250
const RECONNECT_MS_MAX = 5_000
/** A connection that is silently gone shows by the missing answer to a probe. */
const PROBE_MS = 30_000

/**
 * Tells what the database announces: accounts that changed, deliveries that are due. Reconnects by itself; since
 * announcements are lost meanwhile, every (re)connection is told too and listeners look anew.
 */
export class ChangeFeed {
  readonly #db: Database
  readonly #changed = new Set<ChangeListener>()
  readonly #due = new Set<() => void>()
  readonly #connected = new Set<() => void>()
  #client: pg.Client | null = null
  #stopped = true
  #timer: NodeJS.Timeout | null = null
  #delay = RECONNECT_MS_MIN

  constructor(db: Database) {
    this.#db = db
  }

  get isConnected(): boolean {
    return this.#client !== null
  }

  /** Called with the ids of accounts whose progress or settings changed. Returns the way to stop listening. */
  onChanged(listener: ChangeListener): () => void {
    this.#changed.add(listener)
    return () => this.#changed.delete(listener)
  }

  /** Called when deliveries became due. */
  onDeliveries(listener: () => void): () => void {
    this.#due.add(listener)
    return () => this.#due.delete(listener)
  }

  /** Called at each (re)connection: whatever was announced before may have been missed. */
  onConnected(listener: () => void): () => void {
    this.#connected.add(listener)
    return () => this.#connected.delete(listener)
  }

  /** Begins to listen; resolves after the first attempt, whether or not it succeeded. */
  async start(): Promise<void> {
    this.#stopped = false
    await this.#connect()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    const client = this.#client
    this.#client = null
    await client?.end().catch(() => {})
  }

  async #connect(): Promise<void> {
    const client = this.#db.client({ queryTimeoutMs: 10_000 })
    const lost = () => {
      if (this.#client === client) this.#client = null
      client.removeAllListeners()
      client.on('error', () => {})
      void client.end().catch(() => {})
      this.#reconnectLater()
    }
    client.once('error', lost)
    client.once('end', lost)
    client.on('notification', ({ channel, payload }) => this.#announce(channel, payload ?? ''))
    try {
      await client.connect()
      await client.query(`listen ${CHANGED}`)
      await client.query(`listen ${DELIVERIES}`)
    } catch {
      lost()
      return
    }
    if (this.#stopped) return void (await client.end().catch(() => {}))
    this.#client = client
    this.#delay = RECONNECT_MS_MIN
    this.#probeLater(client, lost)
    for (const listener of this.#connected) listener()
    for (const listener of this.#due) listener()
  }

  #announce(channel: string, payload: string): void {
    if (channel === DELIVERIES) {
      for (const listener of this.#due) listener()
      return
    }
    const ids = payload
      .split(',')
      .map(Number)
      .filter((id) => Number.isSafeInteger(id) && id > 0)
    for (const listener of this.#changed) listener(ids)
  }

  #reconnectLater(): void {
    if (this.#stopped) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#connect(), this.#delay)
    this.#delay = Math.min(this.#delay * 2, RECONNECT_MS_MAX)
  }

  #probeLater(client: pg.Client, lost: () => void): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(async () => {
      if (this.#client !== client) return
      try {
        await client.query('select 1')
        if (this.#client === client && !this.#stopped) this.#probeLater(client, lost)
      } catch {
        lost()
      }
    }, PROBE_MS)
    this.#timer.unref()
  }
}
