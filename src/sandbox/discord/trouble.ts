/** What a rule does to a request that it meets. */
export type RequestTrouble =
  /** The socket dies before anything happens. */
  | { readonly kind: 'lose-before' }
  /** The effect takes place, then the socket dies: the client cannot know. */
  | { readonly kind: 'lose-after' }
  /** An error status before any effect. */
  | { readonly kind: 'status'; readonly status: number; readonly body?: unknown }
  | {
      readonly kind: 'rate-limit'
      readonly retryAfterSeconds: number
      readonly scope?: 'user' | 'global' | 'shared'
    }
  /** The request waits, then goes its normal way. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Nothing happens and no answer ever comes. */
  | { readonly kind: 'silent' }

/** What a rule does to a gateway dispatch. */
export type DispatchTrouble =
  /** The dispatch is sent `times` times in all, each with its own sequence number. */
  | { readonly kind: 'repeat'; readonly times: number }
  | { readonly kind: 'delay'; readonly ms: number }
  /** It is never sent, and a resume does not bring it back. */
  | { readonly kind: 'lose' }

interface RuleLimits {
  /** How many times the rule strikes; for ever when absent. */
  readonly times?: number
  /** Chance of each strike, 0 to 1. */
  readonly probability?: number
}

export interface RequestRule extends RuleLimits {
  readonly method?: string
  /** Route template (`PATCH /guilds/:guild/members/:user`), or a pattern for the path without prefix. */
  readonly route?: string
  readonly path?: RegExp
  readonly does: RequestTrouble
}

export interface DispatchRule extends RuleLimits {
  /** Event name such as `MESSAGE_CREATE`. */
  readonly event: string
  readonly does: DispatchTrouble
}

/** Handle of a rule: how often it struck, and how to lift it. */
export interface RuleHandle {
  readonly struck: () => number
  readonly lift: () => void
}

interface Active<R extends RuleLimits> {
  readonly rule: R
  struck: number
}

/** Small seeded generator, so that a run can be repeated exactly. */
function dice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Misbehaviour on demand. The first rule that fits and whose dice agree strikes; several may be active. */
export class Trouble {
  readonly #requests = new Set<Active<RequestRule>>()
  readonly #dispatches = new Set<Active<DispatchRule>>()
  #roll: () => number

  constructor(seed: number) {
    this.#roll = dice(seed)
  }

  /** Starts the dice anew. */
  reseed(seed: number): void {
    this.#roll = dice(seed)
  }

  /** Adds a rule for HTTP requests. */
  request(rule: RequestRule): RuleHandle {
    return this.#add(this.#requests, rule)
  }

  /** Adds a rule for gateway dispatches. */
  dispatch(rule: DispatchRule): RuleHandle {
    return this.#add(this.#dispatches, rule)
  }

  clear(): void {
    this.#requests.clear()
    this.#dispatches.clear()
  }

  forRequest(method: string, path: string, route: string | null): RequestTrouble | null {
    return this.#strike(this.#requests, (rule) => {
      if (rule.method && rule.method !== method) return false
      if (rule.route && rule.route !== `${method} ${route}`) return false
      return !rule.path || rule.path.test(path)
    })
  }

  forDispatch(event: string): DispatchTrouble | null {
    return this.#strike(this.#dispatches, (rule) => rule.event === event)
  }

  #add<R extends RuleLimits>(set: Set<Active<R>>, rule: R): RuleHandle {
    const active: Active<R> = { rule, struck: 0 }
    set.add(active)
    return { struck: () => active.struck, lift: () => set.delete(active) }
  }

  #strike<R extends RuleLimits & { readonly does: T }, T>(
    set: Set<Active<R>>,
    fits: (rule: R) => boolean,
  ): T | null {
    for (const active of set) {
      const { rule } = active
      if (rule.times !== undefined && active.struck >= rule.times) continue
      if (!fits(rule)) continue
      if (rule.probability !== undefined && this.#roll() >= rule.probability) continue
      active.struck += 1
      return rule.does
    }
    return null
  }
}
