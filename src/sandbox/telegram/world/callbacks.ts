import { randomInt } from 'node:crypto'
import { badRequest } from '../errors.js'
import type { TgCallbackQuery } from '../types.js'

interface OpenQuery {
  query: TgCallbackQuery
  at: number
}

/** Pressed buttons that wait for an answer. Each can be answered once, and only for a while. */
export class CallbackQueries {
  private readonly open = new Map<string, OpenQuery>()

  constructor(
    private readonly lifeMs: number,
    private readonly now: () => number,
  ) {}

  add(query: Omit<TgCallbackQuery, 'id'>): TgCallbackQuery {
    const id = `${randomInt(1e9, 9e9)}${randomInt(1e8, 9e8)}`
    const full: TgCallbackQuery = { id, ...query }
    this.open.set(id, { query: full, at: this.now() })
    return full
  }

  /** Makes a query too old at once. */
  expire(id: string): void {
    this.open.delete(id)
  }

  /** Takes the query out, or throws Telegram's 400 for unknown, answered and old ones. */
  take(id: string): TgCallbackQuery {
    const found = this.open.get(id)
    this.open.delete(id)
    if (!found || found.at + this.lifeMs < this.now()) {
      throw badRequest('query is too old and response timeout expired or query ID is invalid')
    }
    return found.query
  }
}
