import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { judgeIntents } from '../model/intents.js'
import { Signal } from '../model/signal.js'
import type { Json } from '../model/types.js'
import type { Dispatch, World } from '../model/world.js'
import type { Settings } from '../options.js'
import type { Trouble } from '../trouble.js'
import { type CloseReason, OP } from './codes.js'
import { Connection, type ConnectionHost } from './connection.js'
import { handleRequest, sendReady } from './requests.js'
import { type Sent, Session } from './session.js'

const IDENTIFY_WINDOW_MS = 5_000
const IDENTIFIES_A_DAY = 1_000

/** What the gateway tells of its sessions: for tests that wait for a login, a resume or a loss. */
export interface GatewayEvent {
  readonly kind: 'identified' | 'resumed' | 'lost' | 'refused'
  readonly shard: readonly [number, number] | null
  readonly code?: number
}

/** The gateway: accepts sockets, keeps sessions, and carries what happens in the world to whoever may hear it. */
export class Gateway implements ConnectionHost {
  readonly events = new Signal<GatewayEvent>()
  readonly now: () => number
  readonly heartbeatIntervalMs: number
  readonly #settings: Settings
  readonly #world: World
  readonly #trouble: Trouble
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 })
  readonly #connections = new Set<Connection>()
  readonly #sessions = new Map<string, Session>()
  readonly #identifiedAt = new Map<number, number>()
  readonly #stopListening: () => void
  #identifies = 0
  #deaf = false

  constructor(settings: Settings, world: World, trouble: Trouble) {
    this.#settings = settings
    this.#world = world
    this.#trouble = trouble
    this.now = settings.now
    this.heartbeatIntervalMs = settings.heartbeatIntervalMs
    this.#stopListening = world.dispatches.on((event) => this.#broadcast(event))
  }

  /** Takes the upgrades of an HTTP server. */
  listenOn(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#accept(request, webSocket))
    })
  }

  get identifiesLeft(): number {
    return Math.max(0, IDENTIFIES_A_DAY - this.#identifies)
  }

  deaf(): boolean {
    return this.#deaf
  }

  /** Leaves heartbeats unanswered until told otherwise: the client must notice the dead line itself. */
  setDeaf(deaf: boolean): void {
    this.#deaf = deaf
  }

  /** Sessions that a client holds or may still resume. */
  sessions(): Session[] {
    this.#forgetOld()
    return [...this.#sessions.values()]
  }

  connections(): Connection[] {
    return [...this.#connections]
  }

  /** Forgets a session, so that a resume of it is refused. */
  forget(session: Session): void {
    this.#sessions.delete(session.id)
  }

  close(): void {
    this.#stopListening()
    for (const connection of this.#connections) connection.terminate()
    this.#sockets.close()
  }

  onIdentify(connection: Connection, data: Json): void {
    const shard = shardFrom(data.shard)
    const refused = this.#refusalOf(data, shard)
    if (refused || !shard) {
      connection.close(refused ?? 'invalidShard')
      return
    }
    if (!this.#mayIdentify(shard[0])) {
      connection.sendOp(OP.invalidSession, false)
      return
    }
    this.#forgetOld()
    this.#identifies += 1
    const session = new Session(Number(data.intents), shard, this.#settings.replayMax, this.#trouble)
    this.#sessions.set(session.id, session)
    connection.session = session
    session.attach(connection)
    sendReady(this.#world, session, this.#url())
    this.events.emit({ kind: 'identified', shard })
    this.#world.changes.emit()
  }

  onResume(connection: Connection, data: Json): void {
    if (!this.#knowsToken(data)) {
      connection.close('authenticationFailed')
      return
    }
    this.#forgetOld()
    const session = this.#sessions.get(String(data.session_id))
    const missed = session && Number.isInteger(data.seq) ? session.missedSince(Number(data.seq)) : null
    if (missed === 'ahead') connection.close('invalidSeq')
    else if (!session || missed === null) connection.sendOp(OP.invalidSession, false)
    else this.#resume(connection, session, missed)
  }

  onRequest(session: Session, op: number, data: Json): void {
    handleRequest(this.#world, session, op, data)
  }

  onClosed(connection: Connection, code: number): void {
    this.#connections.delete(connection)
    const { session } = connection
    this.events.emit({ kind: session ? 'lost' : 'refused', shard: session?.shard ?? null, code })
    if (!session) return
    connection.session = null
    session.detach(this.now())
    // A client that says goodbye with 1000 or 1001 gives its session up.
    if (code === 1000 || code === 1001) this.forget(session)
    this.#world.changes.emit()
  }

  #resume(connection: Connection, session: Session, missed: readonly Sent[]): void {
    for (const other of this.#connections) if (other.session === session) this.#cutOff(other)
    connection.session = session
    session.attach(connection)
    for (const one of missed) connection.send(one.text)
    session.send('RESUMED', { _trace: ['["sandbox"]'] })
    this.events.emit({ kind: 'resumed', shard: session.shard })
    this.#world.changes.emit()
  }

  /** Why an IDENTIFY is refused, in the order in which Discord looks. */
  #refusalOf(data: Json, shard: readonly [number, number] | null): CloseReason | null {
    if (!this.#knowsToken(data)) return 'authenticationFailed'
    if (!shard) return 'invalidShard'
    const guilds = [...this.#world.guilds.values()].filter((one) => one.members.has(this.#world.botId))
    if (guilds.length / shard[1] > this.#settings.guildsPerShardMax) return 'shardingRequired'
    const verdict = judgeIntents(data.intents, this.#settings.privilegedIntents)
    if (verdict === 'invalid') return 'invalidIntents'
    return verdict === 'disallowed' ? 'disallowedIntents' : null
  }

  #knowsToken(data: Json): boolean {
    return String(data.token ?? '').replace(/^Bot /, '') === this.#settings.token
  }

  #url(): string {
    return `ws://${new URL(this.#world.url).host}`
  }

  #cutOff(connection: Connection): void {
    connection.session = null
    connection.terminate()
  }

  #accept(request: IncomingMessage, socket: WebSocket): void {
    const query = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams
    const connection = new Connection(socket, this)
    this.#connections.add(connection)
    if (!['10', '9', null].includes(query.get('v'))) connection.close('invalidVersion')
    // Only plain JSON is spoken here: a client that asks for ETF or compression must not get something else silently.
    else if ((query.get('encoding') ?? 'json') !== 'json' || query.has('compress'))
      connection.close('decodeError')
  }

  #broadcast(event: Dispatch): void {
    for (const session of this.#sessions.values()) if (session.hears(event)) session.dispatch(event)
  }

  #mayIdentify(shard: number): boolean {
    if (this.identifiesLeft === 0) return false
    const bucket = shard % this.#settings.maxConcurrency
    const last = this.#identifiedAt.get(bucket)
    const now = this.now()
    if (this.#settings.identifyLimit && last !== undefined && now - last < IDENTIFY_WINDOW_MS) return false
    this.#identifiedAt.set(bucket, now)
    return true
  }

  #forgetOld(): void {
    for (const session of this.#sessions.values()) {
      if (session.lostAt !== null && this.now() - session.lostAt > this.#settings.sessionTtlMs)
        this.forget(session)
    }
  }
}

function shardFrom(value: unknown): readonly [number, number] | null {
  if (value === undefined || value === null) return [0, 1]
  if (!Array.isArray(value) || value.length !== 2) return null
  const [index, count] = value as unknown[]
  if (typeof index !== 'number' || typeof count !== 'number') return null
  const whole = Number.isInteger(index) && Number.isInteger(count)
  return whole && count > 0 && index >= 0 && index < count ? [index, count] : null
}
