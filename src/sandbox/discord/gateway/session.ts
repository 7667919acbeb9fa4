import { randomBytes } from 'node:crypto'
import { shardOfGuild } from '../model/snowflake.js'
import type { Json } from '../model/types.js'
import type { Dispatch } from '../model/world.js'
import type { Trouble } from '../trouble.js'
import { OP } from './codes.js'

export interface Sent {
  readonly s: number
  readonly text: string
}

/** The socket's half that a session needs. */
export interface Wire {
  send(text: string): void
}

/**
 * One gateway session of one shard. It outlives its socket: what happens meanwhile is numbered and kept, so that
 * a RESUME can replay it.
 */
export class Session {
  readonly id = randomBytes(16).toString('hex')
  readonly intents: number
  readonly shard: readonly [index: number, count: number]
  readonly #replayMax: number
  readonly #trouble: Trouble
  readonly #kept: Sent[] = []
  #wire: Wire | null = null
  #seq = 0
  lostAt: number | null = null

  constructor(intents: number, shard: readonly [number, number], replayMax: number, trouble: Trouble) {
    this.intents = intents
    this.shard = shard
    this.#replayMax = replayMax
    this.#trouble = trouble
  }

  get connected(): boolean {
    return this.#wire !== null
  }

  get seq(): number {
    return this.#seq
  }

  attach(wire: Wire): void {
    this.#wire = wire
    this.lostAt = null
  }

  detach(now: number): void {
    this.#wire = null
    this.lostAt = now
  }

  /** True when the event belongs to this shard; what is outside guilds goes to shard 0. */
  hears(event: Pick<Dispatch, 'guildId' | 'intents'>): boolean {
    const [index, count] = this.shard
    const mine = event.guildId === null ? index === 0 : shardOfGuild(event.guildId, count) === index
    return mine && (event.intents === 0 || (event.intents & this.intents) !== 0)
  }

  /** Shapes, numbers and sends a dispatch, with whatever misbehaviour is ordered for it. */
  dispatch(event: Dispatch): void {
    const data = event.data(this)
    if (!data) return
    const trouble = this.#trouble.forDispatch(event.t)
    if (trouble?.kind === 'lose') return
    const times = trouble?.kind === 'repeat' ? trouble.times : 1
    if (trouble?.kind === 'delay') {
      setTimeout(() => this.send(event.t, data), trouble.ms).unref()
      return
    }
    for (let time = 0; time < times; time++) this.send(event.t, data)
  }

  /** Numbers one dispatch and sends it now or keeps it for the resume. */
  send(t: string, d: Json): void {
    this.#seq += 1
    const text = JSON.stringify({ op: OP.dispatch, t, s: this.#seq, d })
    this.#kept.push({ s: this.#seq, text })
    if (this.#kept.length > this.#replayMax) this.#kept.shift()
    this.#wire?.send(text)
  }

  /** What a client that has seen `seq` missed; null when that is no longer known, `ahead` when it was never sent. */
  missedSince(seq: number): Sent[] | 'ahead' | null {
    if (seq > this.#seq) return 'ahead'
    const oldest = this.#kept[0]?.s ?? this.#seq + 1
    if (seq < oldest - 1) return null
    return this.#kept.filter((one) => one.s > seq)
  }
}
