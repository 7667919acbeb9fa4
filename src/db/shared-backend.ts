import { Duplex } from 'node:stream'
import { ClientFrames, type ClientUnit, queryMessage, readAnswer, startupMessage } from './wire-frames.js'

/** Sends protocol bytes to the one backend and resolves with its whole answer. */
export type Exchange = (bytes: Buffer) => Promise<Buffer>

/**
 * Lets many connections share a backend that has room for one, transaction by transaction: whoever opens a
 * transaction keeps the backend until it ends, the others wait in the order in which they came.
 * Named prepared statements and session settings are shared too: only one of the connections may use names.
 */
export class SharedBackend {
  readonly #exchange: Exchange
  readonly #connections = new Set<SharedConnection>()
  readonly #waiting: Turn[] = []
  #owner: SharedConnection | null = null
  #busy = false
  #greeting: Buffer = Buffer.alloc(0)
  #idle: (() => void)[] = []

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  /** Opens the backend's session; must end before the first `connect`. */
  async start(): Promise<void> {
    this.#greeting = await this.#exchange(startupMessage('postgres', 'postgres'))
  }

  /** A byte stream that behaves like a socket to a PostgreSQL server. */
  connect(): Duplex {
    const connection = new SharedConnection(this)
    this.#connections.add(connection)
    return connection
  }

  get greeting(): Buffer {
    return this.#greeting
  }

  request(connection: SharedConnection, bytes: Buffer): void {
    this.#waiting.push({ connection, bytes })
    this.#next()
  }

  /** A connection that ends inside a transaction leaves nothing behind: its transaction is rolled back. */
  left(connection: SharedConnection): void {
    this.#connections.delete(connection)
    for (let i = this.#waiting.length - 1; i >= 0; i--) {
      if (this.#waiting[i]?.connection === connection) this.#waiting.splice(i, 1)
    }
    if (this.#owner === connection) this.#waiting.unshift({ connection, bytes: queryMessage('rollback') })
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
      for (const resolve of this.#idle.splice(0)) resolve()
      return
    }
    this.#busy = true
    void this.#run(turn)
  }

  async #run({ connection, bytes }: Turn): Promise<void> {
    try {
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

type Turn = { connection: SharedConnection; bytes: Buffer }

/** One side of the shared backend, shaped like the socket that `pg` expects. */
class SharedConnection extends Duplex {
  readonly #backend: SharedBackend
  readonly #frames = new ClientFrames()
  #listens = false

  constructor(backend: SharedBackend) {
    super()
    this.#backend = backend
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
    this.#backend.left(this)
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
        // Only whoever asked for notifications is sent any.
        if (!this.#listens && unit.bytes.length < 200 && /\blisten\b/i.test(unit.bytes.toString('latin1')))
          this.#listens = true
        this.#backend.request(this, unit.bytes)
        return
      default:
        unit satisfies never
    }
  }
}
