import { setImmediate as turn } from 'node:timers/promises'
import { type Settled, settleDeliveries } from '../core/deliveries/settle-deliveries.js'
import type { StatementRunner } from '../db/statement.js'
import { isUnavailable } from '../db/unavailable.js'

/** Outcomes in one transaction at most. */
const BATCH_MAX = 1_000
const ATTEMPTS_MAX = 4
const CONFLICTS = new Set(['40001', '40P01'])

type Waiting = { settled: Settled; resolve: (kept: boolean) => void; reject: (error: unknown) => void }

/**
 * Writes outcomes in groups: idle, at once; while one group is being written the next collects. Bounded by the calls
 * that the worker has under way, which are counted until their outcome is written.
 */
export class Settler {
  readonly #runner: StatementRunner
  #waiting: Waiting[] = []
  #running: Promise<void> | null = null

  constructor(runner: StatementRunner) {
    this.#runner = runner
  }

  /** Resolves when the outcome is durable: true when the lease still held. */
  settle(settled: Settled): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ settled, resolve, reject })
      this.#running ??= this.#drain()
    })
  }

  async #drain(): Promise<void> {
    // Calls that end in one turn make one group.
    await turn()
    while (this.#waiting.length > 0) await this.#write(this.#waiting.splice(0, BATCH_MAX))
    this.#running = null
  }

  async #write(group: Waiting[]): Promise<void> {
    try {
      const kept = await this.#commit(group.map(({ settled }) => settled))
      group.forEach(({ resolve }, index) => {
        resolve(kept[index] ?? false)
      })
    } catch (error) {
      if (group.length === 1 || isUnavailable(error)) {
        for (const { reject } of group) reject(error)
        return
      }
      // The database refused the group: split it until the guilty outcome stands alone.
      const middle = Math.ceil(group.length / 2)
      await this.#write(group.slice(0, middle))
      await this.#write(group.slice(middle))
    }
  }

  async #commit(settled: Settled[]): Promise<boolean[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await settleDeliveries(this.#runner, settled)
      } catch (error) {
        if (attempt >= ATTEMPTS_MAX || !CONFLICTS.has((error as { code?: string }).code ?? '')) throw error
      }
    }
  }
}
