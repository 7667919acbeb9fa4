import { OP } from '../gateway/codes.js'
import type { Gateway, GatewayEvent } from '../gateway/gateway.js'
import type { Session } from '../gateway/session.js'
import { waitOn } from '../model/signal.js'

/** Orders to the gateway: drop lines, end sessions, wait for logins. Without a shard they concern all. */
export class GatewayControl {
  readonly #gateway: Gateway

  constructor(gateway: Gateway) {
    this.#gateway = gateway
  }

  /** Cuts sockets without a goodbye; the sessions can be resumed. */
  drop(shard?: number): void {
    for (const connection of this.#connections(shard)) connection.terminate()
  }

  /** Asks clients to reconnect and resume (op 7). */
  reconnect(shard?: number): void {
    for (const connection of this.#connections(shard)) connection.sendOp(OP.reconnect, null)
  }

  /** Declares sessions invalid (op 9); a resumable one may be resumed, the other is forgotten. */
  invalidate(options: { resumable: boolean; shard?: number }): void {
    for (const connection of this.#connections(options.shard)) {
      if (!options.resumable && connection.session) this.#gateway.forget(connection.session)
      connection.sendOp(OP.invalidSession, options.resumable)
    }
  }

  /** Closes sockets with a code of one's choice. */
  closeWith(code: number, reason = 'Sandbox', shard?: number): void {
    for (const connection of this.#connections(shard)) connection.closeWith(code, reason)
  }

  /** Forgets sessions, so that a resume is answered by op 9. */
  forgetSessions(): void {
    for (const session of this.#gateway.sessions()) this.#gateway.forget(session)
  }

  /** Leaves heartbeats unanswered (a dead line that looks alive). */
  ignoreHeartbeats(on: boolean): void {
    this.#gateway.setDeaf(on)
  }

  sessions(): Session[] {
    return this.#gateway.sessions()
  }

  /** Waits for the next identified, resumed, lost or refused connection. */
  waitFor(kind: GatewayEvent['kind'], timeoutMs?: number): Promise<GatewayEvent> {
    return waitOn(this.#gateway.events, (one) => one.kind === kind, {
      what: `a connection to be ${kind}`,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    })
  }

  #connections(shard: number | undefined) {
    return this.#gateway.connections().filter((one) => shard === undefined || one.session?.shard[0] === shard)
  }
}
