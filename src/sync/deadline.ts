import { setMaxListeners } from 'node:events'
import type { DeliveryOutcome } from '../core/deliveries/delivery.js'

/** When all calls that one lease covers must have ended. One for all of them: a timer and a signal each cost more than a call. */
export class Deadline {
  readonly signal: AbortSignal
  /** What became of a call that has not ended by then. */
  readonly overdue: Promise<DeliveryOutcome>
  readonly #timer: NodeJS.Timeout
  #left: number

  constructor(calls: number, ms: number) {
    const controller = new AbortController()
    setMaxListeners(0, controller.signal)
    this.signal = controller.signal
    this.#left = calls
    let resolve: (outcome: DeliveryOutcome) => void = () => {}
    this.overdue = new Promise((settle) => {
      resolve = settle
    })
    this.#timer = setTimeout(() => {
      controller.abort(new DOMException('no answer in time', 'TimeoutError'))
      resolve({ status: 'unknown', error: 'no answer in time' })
    }, ms)
  }

  /** One of the calls has ended. */
  ended(): void {
    this.#left -= 1
    if (this.#left === 0) clearTimeout(this.#timer)
  }
}
