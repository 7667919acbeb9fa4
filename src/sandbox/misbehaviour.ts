/** What can go wrong with one call. Several may be combined; they apply in the order of the rules. */
export type Fault =
  | { kind: 'delay'; ms: number }
  | { kind: 'lose_request' }
  | { kind: 'lose_answer' }
  | { kind: 'answer'; code: number; description: string; retryAfter?: number }
  | { kind: 'garbage' }

/** The call waits `ms` before it is looked at. */
export const delay = (ms: number): Fault => ({ kind: 'delay', ms })
/** The connection breaks before the call has any effect. */
export const loseRequest = (): Fault => ({ kind: 'lose_request' })
/** The call takes effect, but the connection breaks before the answer. */
export const loseAnswer = (): Fault => ({ kind: 'lose_answer' })
/** The call is refused with 429 and the wait in seconds. */
export const tooMany = (retryAfter: number): Fault => ({
  kind: 'answer',
  code: 429,
  description: `Too Many Requests: retry after ${retryAfter}`,
  retryAfter,
})
/** The call is refused with any code: 500, 401, 409, 403 … */
export const refuse = (code: number, description: string): Fault => ({ kind: 'answer', code, description })
/** A gateway's HTML page with 502 instead of JSON. */
export const garbage = (): Fault => ({ kind: 'garbage' })

export interface FaultRule {
  /** Which calls: a name, several, a pattern, or all when absent. */
  on?: string | readonly string[] | RegExp
  /** Let so many matching calls pass first. Default 0. */
  skip?: number
  /** Strike at most so many times. Default: without limit. */
  times?: number
  /** Strike with this probability, 0 to 1. Default 1. */
  probability?: number
  /** Seed of the dice, so that a run can be repeated. Default 1. */
  seed?: number
  fault: Fault
}

/** A rule at work: how often it struck, and the way to end it. */
export interface ActiveRule {
  readonly hits: number
  stop(): void
}

/** Decides for each call which faults strike. One rule, one fault; add several to combine. */
export class Misbehaviour {
  private readonly rules = new Set<{ decide(method: string): Fault | undefined }>()

  add(rule: FaultRule): ActiveRule {
    const random = dice(rule.seed ?? 1)
    let toSkip = rule.skip ?? 0
    let hits = 0
    const decider = {
      decide: (method: string): Fault | undefined => {
        if (!matches(rule.on, method) || hits >= (rule.times ?? Number.POSITIVE_INFINITY)) return undefined
        if (toSkip > 0) {
          toSkip -= 1
          return undefined
        }
        if (random() >= (rule.probability ?? 1)) return undefined
        hits += 1
        return rule.fault
      },
    }
    this.rules.add(decider)
    return {
      get hits() {
        return hits
      },
      stop: () => this.rules.delete(decider),
    }
  }

  /** Ends all rules. */
  clear(): void {
    this.rules.clear()
  }

  faultsFor(method: string): Fault[] {
    const faults: Fault[] = []
    for (const rule of this.rules) {
      const fault = rule.decide(method)
      if (fault) faults.push(fault)
    }
    return faults
  }
}

function matches(on: FaultRule['on'], method: string): boolean {
  if (on === undefined) return true
  if (on instanceof RegExp) return on.test(method)
  const names = typeof on === 'string' ? [on] : on
  return names.some((name) => name.toLowerCase() === method.toLowerCase())
}

/** Numbers in [0, 1) that follow from the seed alone (a 32-bit mixing generator). */
function dice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}
