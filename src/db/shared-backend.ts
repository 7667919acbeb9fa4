import { Duplex } from 'node:stream'
import { changesSettings, refusedBecause, TIDY_SESSION } from './session-guard.js'
import { StatementNames } from './statement-names.js'
import {
  ClientFrames,
  type ClientUnit,
  queryMessage,
  readAnswer,
  refusal,
  sqlIn,
  startupMessage,
} from './wire-frames.js'

/** Sends protocol bytes to the one backend and resolves with its whole answer. */
export type Exchange = (bytes: Buffer) => Promise<Buffer>

export type SharedBackendOptions = {
  /** A connection that leaves its transaction open and sends nothing for so long is closed: all others wait for it. */
  idleInTransactionMs?: number
}

const IDLE_IN_TRANSACTION_MS = 30_000

/**
 * Lets many connections share a backend that has room for one, transaction by transaction: whoever opens a
 * transaction keeps the backend until it ends, the others wait in the order in which they came. Prepared statements
 * have names of their own per connection; settings are shared, but those of guests end where another's turn begins.
 */
export class SharedBackend {
  readonly #exchange: Exchange
  readonly #idleMs: number
  readonly #connections = new Set<SharedConnection>()
  readonly #waiting: Turn[] = []
  #owner: SharedConnection | null = null
  #busy = false
  #greeting: Buffer = Buffer.alloc(0)
  #idle: (() => void)[] = []
  #last = 0
  /** Whose settings the session has; null: its own. */
  #settingsOf: SharedConnection | null = null
  #patience: NodeJS.Timeout | null = null

  constructor(
    exchange: Exchange,
    { idleInTransactionMs = IDLE_IN_TRANSACTION_MS }: SharedBackendOptions = {},
  ) {
    this.#exchange = exchange
    this.#idleMs = idleInTransactionMs
  }

  /** Opens the backend's session; must end before the first `connect`. */
  async start(): Promise<void> {
    this.#greeting = await this.#exchange(startupMessage('postgres', 'postgres'))
  }

  /** A byte stream that behaves like a socket to a PostgreSQL server. A guest is not part of this program. */
  connect({ guest = false } = {}): Duplex {
    const connection = new SharedConnection(this, `${++this.#last}:`, guest)
    this.#connections.add(connection)
    return connection
  }

  get greeting(): Buffer {
    return this.#greeting
  }

  isOwner(connection: SharedConnection): boolean {
    return this.#owner === connection
  }

  request(connection: SharedConnection, bytes: Buffer, setsSettings: boolean): void {
    this.#waiting.push({ connection, bytes, setsSettings })
    this.#next()
  }

  /** A connection that ends leaves nothing behind: its transaction is rolled back, its statements are freed. */
  left(connection: SharedConnection, statements: Buffer | null): void {
    this.#connections.delete(connection)
    for (let i = this.#waiting.length - 1; i >= 0; i--) {
      if (this.#waiting[i]?.connection === connection) this.#waiting.splice(i, 1)
    }
    if (this.#owner === connection) this.#waiting.unshift({ connection, bytes: queryMessage('rollback') })
    if (statements) this.#waiting.push({ connection, bytes: statements })
    this.#next()
  }

  /** Resolves when no request is under way. */
  async drained(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #next(): void {
    if (this.#busy) return
    const at = this.#owner ? this.#waiting.findIndex((turn) => turn.connection === this.#owner) : 0
    const turn = at < 0 ? undefined : this.#waiting.splice(at, 1)[0]
    if (!turn) {
      this.#watch()
      for (const resolve of this.#idle.splice(0)) resolve()
      return
    }
    this.#busy = true
    if (this.#patience) clearTimeout(this.#patience)
    void this.#run(turn)
  }

  /** Gives an open transaction that asks for nothing a while, then ends its connection. */
  #watch(): void {
    const owner = this.#owner
    if (this.#patience) clearTimeout(this.#patience)
    if (!owner) return
    this.#patience = setTimeout(
      () => owner.destroy(new Error('connection terminated: idle in transaction')),
      this.#idleMs,
    )
    this.#patience.unref()
  }

  async #run({ connection, bytes, setsSettings = false }: Turn): Promise<void> {
    try {
      if (this.#settingsOf && this.#settingsOf !== connection) {
        this.#settingsOf = null
        await this.#exchange(queryMessage(TIDY_SESSION))
      }
      if (setsSettings) this.#settingsOf = connection
      const answer = readAnswer(await this.#exchange(bytes))
      this.#owner = answer.inTransaction ? connection : null
      connection.deliver(answer.reply)
      for (const frame of answer.notifications) {
        for (const listener of this.#connections) listener.notify(frame)
      }
      // A connection that left while its request ran must not keep the backend.
      if (this.#owner && !this.#connections.has(this.#owner)) {
        this.#waiting.unshift({ connection: this.#owner, bytes: queryMessage('rollback') })
      }
    } catch (error) {
      this.#owner = null
      connection.destroy(error instanceof Error ? error : new Error(String(error)))
    } finally {
      this.#busy = false
      this.#next()
    }
  }
}

type Turn = { connection: SharedConnection; bytes: Buffer; setsSettings?: boolean }

/** One side of the shared backend, shaped like the socket that `pg` expects. */
class SharedConnection extends Duplex {
  readonly #backend: SharedBackend
  readonly #isGuest: boolean
  readonly #names: StatementNames
  readonly #frames: ClientFrames
  #listens = false

  constructor(backend: SharedBackend, prefix: string, isGuest: boolean) {
    super()
    this.#backend = backend
    this.#isGuest = isGuest
    this.#names = new StatementNames(prefix)
    this.#frames = new ClientFrames(this.#names.rename)
  }

  connect(): this {
    queueMicrotask(() => this.emit('connect'))
    return this
  }
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  deliver(bytes: Buffer): void {
    if (!this.destroyed) this.push(bytes)
  }

  notify(frame: Buffer): void {
    if (this.#listens) this.deliver(frame)
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    for (const unit of this.#frames.push(chunk)) this.#take(unit)
    done()
  }

  override _final(done: (error?: Error | null) => void): void {
    this.push(null)
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#backend.left(this, this.#names.closeAll())
    done(error)
  }

  #take(unit: ClientUnit): void {
    switch (unit.kind) {
      case 'encryption_request':
        this.deliver(Buffer.from('N'))
        return
      case 'startup':
        this.deliver(this.#backend.greeting)
        return
      case 'terminate':
        this.push(null)
        return
      case 'request':
        this.#request(unit.bytes)
        return
      default:
        unit satisfies never
    }
  }
  #request(bytes: Buffer): void {
    const sql = sqlIn(bytes)
    const refused = sql === '' ? null : refusedBecause(sql, this.#isGuest)
    if (refused !== null) {
      this.deliver(refusal(refused, this.#backend.isOwner(this)))
      return
    }
    // Only whoever asked for notifications is sent any.
    if (!this.#listens && /(^|;)\s*listen\b/i.test(sql)) this.#listens = true
    this.#backend.request(this, bytes, this.#isGuest && changesSettings(sql))
  }
}
