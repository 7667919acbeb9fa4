import type { Delivery, DeliveryOutcome } from '../core/deliveries/delivery.js'
import type { Settlement } from '../core/deliveries/settle-deliveries.js'
import { nextAttemptSeconds } from './backoff.js'

const ATTEMPTS_MAX = 12
/** Told to wait no time at all, the worker still does not spin. */
const WAIT_SECONDS_MIN = 0.1

/** What a call's outcome means for its delivery. Pure. `random`: 0 to 1, for jitter. */
export function settlementOf(delivery: Delivery, outcome: DeliveryOutcome, random: () => number): Settlement {
  // A doubt stays until the delivery ends: being told to wait does not make an earlier message unsent.
  const doubt = delivery.maybeArrived ? 'unknown' : null
  const tryAgain = (error: string, mark: 'unknown' | null): Settlement =>
    delivery.attempts >= ATTEMPTS_MAX
      ? { state: 'failed', note: error }
      : {
          state: 'open',
          afterSeconds: nextAttemptSeconds(delivery.attempts, random()),
          error,
          outcome: mark,
          counts: true,
        }
  switch (outcome.status) {
    case 'delivered':
      return { state: 'delivered', note: null }
    case 'skipped':
      return { state: 'skipped', note: outcome.why }
    case 'later':
      return {
        state: 'open',
        afterSeconds: Math.max(outcome.seconds, WAIT_SECONDS_MIN),
        error: outcome.why,
        outcome: doubt,
        counts: false,
      }
    case 'retry':
      return tryAgain(outcome.error, doubt)
    case 'unknown':
      return doubt
        ? { state: 'failed', note: `the answer was lost twice: ${outcome.error}` }
        : tryAgain(outcome.error, 'unknown')
    case 'failed':
      return { state: 'failed', note: outcome.error }
    default:
      return outcome satisfies never
  }
}
