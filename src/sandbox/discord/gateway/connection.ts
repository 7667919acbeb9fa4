import type { RawData, WebSocket } from 'ws'
import type { Json } from '../model/types.js'
import { isObject } from '../validate/form.js'
import { CLOSE, type CloseReason, OP } from './codes.js'
import type { Session } from './session.js'

const PAYLOAD_BYTES_MAX = 4_096
const SENDS_MAX = 120
const SENDS_WINDOW_MS = 60_000
const FROM_CLIENT: readonly number[] = [
  OP.identify,
  OP.presence,
  OP.voiceState,
  OP.resume,
  OP.requestMembers,
  OP.requestSoundboard,
]
/** Heartbeats may come this many intervals late before the connection counts as dead. */
const PATIENCE_INTERVALS = 1.75

export interface ConnectionHost {
  readonly heartbeatIntervalMs: number
  readonly now: () => number
  /** True while the gateway pretends not to hear heartbeats. */
  readonly deaf: () => boolean
  onIdentify(connection: Connection, data: Json): void
  onResume(connection: Connection, data: Json): void
  /** Every other operation of an identified session. */
  onRequest(session: Session, op: number, data: Json): void
  onClosed(connection: Connection, code: number): void
}

/** One socket: framing, heartbeats, send limit. Sessions come and go through its host. */
export class Connection {
  session: Session | null = null
  readonly #socket: WebSocket
  readonly #host: ConnectionHost
  #sendTimes: number[] = []
  #patience: NodeJS.Timeout | null = null

  constructor(socket: WebSocket, host: ConnectionHost) {
    this.#socket = socket
    this.#host = host
    socket.on('message', (data) => this.#receive(data))
    socket.on('error', () => socket.terminate())
    socket.on('close', (code) => {
      if (this.#patience) clearTimeout(this.#patience)
      host.onClosed(this, code)
    })
    this.#heard()
    this.sendOp(OP.hello, { heartbeat_interval: host.heartbeatIntervalMs, _trace: ['["sandbox"]'] })
  }

  send(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text)
  }

  sendOp(op: number, d: unknown): void {
    this.send(JSON.stringify({ op, d, s: null, t: null }))
  }

  close(reason: CloseReason): void {
    const [code, text] = CLOSE[reason]
    this.#socket.close(code, text)
  }

  closeWith(code: number, text: string): void {
    this.#socket.close(code, text)
  }

  /** Cuts the line without a goodbye. */
  terminate(): void {
    this.#socket.terminate()
  }

  /** A sign of life: only heartbeats count. */
  #heard(): void {
    if (this.#patience) clearTimeout(this.#patience)
    this.#patience = setTimeout(
      () => this.close('sessionTimedOut'),
      this.#host.heartbeatIntervalMs * PATIENCE_INTERVALS,
    )
    this.#patience.unref()
  }

  #receive(raw: RawData): void {
    const text = raw.toString()
    const payload = Buffer.byteLength(text) > PAYLOAD_BYTES_MAX ? null : decode(text)
    const fault = this.#isFlooding() ? 'rateLimited' : this.#handle(payload)
    if (fault) this.close(fault)
  }

  #isFlooding(): boolean {
    const now = this.#host.now()
    this.#sendTimes = this.#sendTimes.filter((at) => now - at < SENDS_WINDOW_MS)
    this.#sendTimes.push(now)
    return this.#sendTimes.length > SENDS_MAX
  }

  /** Carries out one payload; gives the reason when the socket must close for it. */
  #handle(payload: Json | null): CloseReason | null {
    if (!payload || typeof payload.op !== 'number') return 'decodeError'
    const { op, d } = payload
    if (op === OP.heartbeat) {
      if (this.#host.deaf()) return null
      this.#heard()
      this.sendOp(OP.heartbeatAck, null)
      return null
    }
    if (!FROM_CLIENT.includes(op)) return 'unknownOpcode'
    const opens = op === OP.identify || op === OP.resume
    if (!opens && !this.session) return 'notAuthenticated'
    if (opens && this.session) return 'alreadyAuthenticated'
    if (!isObject(d)) return 'decodeError'
    if (op === OP.identify) this.#host.onIdentify(this, d)
    else if (op === OP.resume) this.#host.onResume(this, d)
    else if (this.session) this.#host.onRequest(this.session, op, d)
    return null
  }
}

function decode(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
