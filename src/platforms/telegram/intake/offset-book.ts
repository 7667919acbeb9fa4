import { Backlog } from './backlog.js'
import type { UpdateDesk } from './update-desk.js'
import { type ReadUpdate, readUpdate } from './update-schema.js'

/** Works through batches and knows up to where updates may be confirmed: never past one that is still open. */
export class OffsetBook {
  readonly #desk: UpdateDesk
  #offset: number | null = null

  constructor(desk: UpdateDesk) {
    this.#desk = desk
  }

  /** What the next getUpdates says to confirm everything settled; null when there is nothing to confirm. */
  get offset(): number | null {
    return this.#offset
  }

  /** Telegram has heard of this offset. */
  confirmed(offset: number): void {
    if (this.#offset === offset) this.#offset = null
  }

  /**
   * Settles a batch: different people at once, each person in order, and nobody across a barrier.
   * False when something must be sent again or cannot be confirmed, so that asking at once would give the same.
   */
  async work(batch: readonly unknown[]): Promise<boolean> {
    const reads = batch.map(readUpdate)
    const open = new Set<ReadUpdate>()
    const backlog = new Backlog()
    for (const part of partsOf(reads)) {
      const [first] = part
      // A barrier waits for everything before it, and everything after it for the barrier.
      if (first && isBarrier(first) && open.size > 0) backlog.addEverybody()
      await Promise.all(
        part.map(async (read) => {
          if ((await this.#desk.settle(read, backlog)) === 'open') open.add(read)
        }),
      )
      if (first && isBarrier(first) && open.has(first)) backlog.addEverybody()
    }
    for (const read of reads) {
      if (open.has(read)) break
      if (read.kind !== 'nameless') this.#offset = read.id + 1
    }
    return open.size === 0 && reads.every((read) => read.kind !== 'nameless')
  }
}

/** Cuts a batch at its barriers; each of them stands alone. */
function partsOf(reads: readonly ReadUpdate[]): ReadUpdate[][] {
  const parts: ReadUpdate[][] = [[]]
  for (const read of reads) {
    if (isBarrier(read)) parts.push([read], [])
    else parts.at(-1)?.push(read)
  }
  return parts
}

/** Whether everything before and after must not run beside it: a group changes its id, or the bot's place in it. */
function isBarrier(read: ReadUpdate): boolean {
  if (read.kind !== 'update') return false
  const { message, my_chat_member } = read.update
  if (my_chat_member) return my_chat_member.chat.type !== 'private'
  return message?.migrate_to_chat_id !== undefined || message?.migrate_from_chat_id !== undefined
}
