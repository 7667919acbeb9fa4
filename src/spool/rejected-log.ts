import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Award } from '../core/progression/award.js'

/** Beside the spool files: kept awards that could not be written, one JSON object a line. `ttfd doctor` counts them. */
export const REJECTED_FILE = 'rejected.jsonl'

export type RejectedAward = {
  at: Date
  /** A refusal of the rules, `conflict`, `checksum`, or an error's words. */
  reason: string
  /** Null: the line was damaged. */
  award: Award | null
}

export class RejectedLog {
  readonly #path: string

  constructor(directory: string) {
    this.#path = join(directory, REJECTED_FILE)
  }

  /** On the disk when this resolves. */
  async add(rejected: RejectedAward): Promise<void> {
    const handle = await open(this.#path, 'a', 0o600)
    try {
      await handle.write(`${JSON.stringify(rejected)}\n`)
      await handle.datasync()
    } finally {
      await handle.close()
    }
  }
}
