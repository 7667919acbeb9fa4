import { randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { groupsOf } from '../core/deliveries/claim-deliveries.js'
import { claimOpenedStatement, PLAN_BY_KEYS } from '../core/deliveries/claim-statements.js'
import type { ClaimedDelivery } from '../core/deliveries/delivery.js'
import type { LeaseAttempt, Leasing, OpenedDelivery } from '../core/deliveries/leasing.js'
import type { Row } from '../db/statement.js'
import type { DestinationLane } from './destination-lane.js'

type OpenedLeasesOptions = {
  lanes: ReadonlyMap<string, DestinationLane>
  leaseSeconds: number
  timeZone: string
  /** Whether new work is taken. */
  isOpen: () => boolean
  carry: (claimed: readonly ClaimedDelivery[]) => void
  /** Is told of each attempt whose end is not known yet. */
  underWay: (attempt: Promise<void>) => void
}

/** Leases for a worker what a writer of the same process opens. Room is kept before, so that calls stay bounded. */
export class OpenedLeases implements Leasing {
  readonly #options: OpenedLeasesOptions

  constructor(options: OpenedLeasesOptions) {
    this.#options = options
  }

  begin(opened: readonly OpenedDelivery[]): LeaseAttempt | null {
    const { leaseSeconds, timeZone, isOpen, underWay } = this.#options
    const taken = isOpen() ? this.#reserve(opened) : []
    if (taken.length === 0) return null
    const token = randomUUID()
    let ended: (rows: readonly Row[] | null) => void = () => {}
    const rows = new Promise<readonly Row[] | null>((resolve) => {
      ended = resolve
    })
    underWay(this.#carry(taken, rows, token))
    return {
      statements: [PLAN_BY_KEYS, claimOpenedStatement(taken, { leaseSeconds, timeZone }, token)],
      end: ended,
    }
  }

  #reserve(opened: readonly OpenedDelivery[]): OpenedDelivery[] {
    const places = new Map(opened.map((one) => [`${one.accountId}:${one.destination}`, one]))
    return [...places.values()].filter(({ destination }) => this.#options.lanes.get(destination)?.reserve())
  }

  async #carry(
    taken: readonly OpenedDelivery[],
    committed: Promise<readonly Row[] | null>,
    token: string,
  ): Promise<void> {
    const { lanes, carry } = this.#options
    const claimed = groupsOf((await committed) ?? [], token)
    const kept = new Map<string, number>()
    for (const { destination } of claimed) kept.set(destination, (kept.get(destination) ?? 0) + 1)
    for (const { destination } of taken) {
      const left = kept.get(destination) ?? 0
      if (left > 0) kept.set(destination, left - 1)
      else lanes.get(destination)?.ended()
    }
    // Whoever waits for the award is answered first.
    await turn()
    carry(claimed)
  }
}
