import { conflict } from './errors.js'
import type { UpdateContent } from './types.js'

/** Sent only to bots that ask for them by name. */
const ASKED_ONLY = ['chat_member', 'message_reaction', 'message_reaction_count']
const KEPT_MS = 24 * 3600 * 1000
const HISTORY_MAX = 2_000

interface Pending {
  id: number
  body: unknown
  at: number
}

interface Poll {
  offset: number
  limit: number
  finish(batch: unknown[]): void
  fail(error: Error): void
}

export interface RepeatRule {
  /** How often each update is delivered in all. */
  times: number
  /** The copies lie in one batch, or come in batches of their own after the confirmation. */
  as: 'same_batch' | 'new_batches'
}

export interface PollRequest {
  offset: number
  limit: number
  timeoutSeconds: number
  /** Aborted when the asking connection has gone. */
  gone: AbortSignal
}

/**
 * The updates of one bot: numbered, kept for 24 hours, handed out until they are confirmed. A consumer confirms
 * everything below the offset it asks for; a second consumer throws the first one out.
 */
export class UpdateQueue {
  allowed: string[] = []
  repeat: RepeatRule | undefined
  /** Highest number that the bot has confirmed; 0 before the first. */
  confirmed = 0
  private pending: Pending[] = []
  private again: unknown[][] = []
  private readonly history = new Map<number, unknown>()
  private poll: Poll | undefined

  constructor(
    private nextId: number,
    private readonly now: () => number,
    private readonly listeners: { onConfirmed(id: number): void; onPush(): void },
  ) {}

  get pendingCount(): number {
    return this.live().length
  }

  /** Puts an update in line. Undefined when the bot did not ask for this kind. */
  push(content: UpdateContent): number | undefined {
    const kind = Object.keys(content)[0] ?? ''
    const wanted = this.allowed.length > 0 ? this.allowed.includes(kind) : !ASKED_ONLY.includes(kind)
    if (!wanted) return undefined
    const id = this.takeId()
    this.add(id, { update_id: id, ...content })
    return id
  }

  /** Puts any JSON value in line as it is. An object without `update_id` gets one, nothing else is touched. */
  inject(body: unknown): number {
    const id = this.takeId()
    const isBare = typeof body === 'object' && body !== null && !Array.isArray(body) && !('update_id' in body)
    this.add(id, isBare ? { update_id: id, ...body } : body)
    return id
  }

  /** Delivers an update once more, confirmed or not. False when it is unknown. */
  redeliver(id: number): boolean {
    const body = this.history.get(id)
    if (body === undefined) return false
    this.again.push([body])
    this.wake()
    return true
  }

  drop(): void {
    this.pending = []
    this.again = []
  }

  /** The oldest update, for a webhook that sends one after the other. */
  first(): { id: number; body: unknown } | undefined {
    const repeated = this.again.shift()
    if (repeated) return { id: 0, body: repeated[0] }
    return this.live()[0]
  }

  /** Confirms everything up to and including `id`. */
  confirmUpTo(id: number): void {
    const done = this.pending.filter((update) => update.id <= id)
    if (done.length === 0) return
    this.pending = this.pending.filter((update) => update.id > id)
    if (this.repeat?.as === 'new_batches') {
      const bodies = done.map((update) => update.body)
      for (let copy = 1; copy < this.repeat.times; copy += 1) this.again.push(bodies)
    }
    this.confirmed = Math.max(this.confirmed, done.at(-1)?.id ?? 0)
    this.listeners.onConfirmed(this.confirmed)
  }

  /** Answers getUpdates: at once when there is something, else when something comes or the time is over. */
  async ask(request: PollRequest): Promise<unknown[]> {
    this.throwOut(
      conflict('terminated by other getUpdates request; make sure that only one bot instance is running'),
    )
    if (request.offset < 0) this.keepLast(-request.offset)
    else this.confirmUpTo(request.offset - 1)
    const batch = this.batch(request.limit)
    if (batch.length > 0 || request.timeoutSeconds <= 0 || request.gone.aborted) return batch
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        request.gone.removeEventListener('abort', onGone)
        if (this.poll === poll) this.poll = undefined
      }
      const poll: Poll = {
        offset: request.offset,
        limit: request.limit,
        finish: (updates) => {
          settle()
          resolve(updates)
        },
        fail: (error) => {
          settle()
          reject(error)
        },
      }
      const timer = setTimeout(() => poll.finish([]), request.timeoutSeconds * 1000)
      const onGone = () => poll.finish([])
      request.gone.addEventListener('abort', onGone, { once: true })
      this.poll = poll
    })
  }

  /** Ends a waiting getUpdates with an error. */
  throwOut(error: Error): void {
    this.poll?.fail(error)
  }

  /** Ends a waiting getUpdates with nothing: the server closes. */
  release(): void {
    this.poll?.finish([])
  }

  private takeId(): number {
    const id = this.nextId
    this.nextId += 1
    return id
  }

  private add(id: number, body: unknown): void {
    this.pending.push({ id, body, at: this.now() })
    this.history.set(id, body)
    if (this.history.size > HISTORY_MAX) this.history.delete(this.history.keys().next().value ?? 0)
    this.wake()
  }

  private wake(): void {
    const poll = this.poll
    if (poll) {
      const batch = this.batch(poll.limit)
      if (batch.length > 0) poll.finish(batch)
    }
    this.listeners.onPush()
  }

  private batch(limit: number): unknown[] {
    const repeated = this.again.shift()
    if (repeated) return repeated
    const bodies = this.live()
      .slice(0, limit)
      .map((update) => update.body)
    const { times, as } = this.repeat ?? { times: 1, as: 'same_batch' }
    return as === 'same_batch' ? bodies.flatMap((body) => Array(times).fill(body)) : bodies
  }

  private keepLast(count: number): void {
    const dropped = this.pending.at(-count - 1)
    if (dropped) this.confirmUpTo(dropped.id)
  }

  private live(): Pending[] {
    const oldest = this.now() - KEPT_MS
    if ((this.pending[0]?.at ?? oldest) < oldest) {
      this.pending = this.pending.filter((update) => update.at >= oldest)
    }
    return this.pending
  }
}
