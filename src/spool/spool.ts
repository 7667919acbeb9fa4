import { mkdir, readdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { type Award, type AwardOutcome, DedupeConflictError } from '../core/progression/award.js'
import type { AwardKeeper, AwardSink, Kept } from '../core/progression/award-writer.js'
import { DatabaseUnavailableError, isUnavailable } from '../db/unavailable.js'
import { RejectedLog } from './rejected-log.js'
import { SpoolFile } from './spool-file.js'
import { SPOOL_VERSION, type SpoolHeader, type SpoolLine } from './spool-format.js'

const EXTENSION = '.spool'
const LOOK_MS = 1_000
const FREE_BYTES_MIN = 200 * 1024 * 1024
const BYTES_MAX = 1024 * 1024 * 1024
/** So few are left that new awards can wait for them, so that the spool ends also under a steady stream. */
const LAST_ENTRIES = 500

export type SpoolOptions = {
  directory: string
  /** Names this process among all that share the directory. */
  holder: string
  ownerState: (holder: string) => 'alive' | 'dead' | 'unknown'
  writer: AwardSink
  /** Whose awards these are. `database` is null until it was reached once. */
  target: () => Pick<SpoolHeader, 'place' | 'database'>
  /** Whether awards can be tried at all. */
  isUp: () => boolean
  /** Whether the database is back and known to be the right one. */
  isReady: () => Promise<boolean>
  now: () => Date
  log: { info(facts: object, message: string): void; error(facts: object, message: string): void }
  /** Called after kept awards were written: roles and the like may lag behind. */
  onReplayed?: (count: number) => void
  /** How often it looks whether the database is back. */
  lookMs?: number
  freeBytesMin?: number
  bytesMax?: number
}

/** What the spool holds now. */
export type SpoolStatus = {
  /** direct: nothing is kept. keeping: the database is away. replaying: it is back. */
  mode: 'direct' | 'keeping' | 'replaying'
  entries: number
  bytes: number
  oldestAt: Date | null
  /** Files of another database, or of a newer program: they stay as they are. */
  foreign: string[]
}

/**
 * Keeps awards while the database is away: appended to a file of this process, on the disk before anybody is told so,
 * and written once each, in their order, when it is back. While anything is kept, new awards queue behind it. What a
 * process left behind is taken over by any other of the same directory (safety.md section 4, rule 3).
 */
export class Spool implements AwardKeeper {
  readonly #options: SpoolOptions
  readonly #rejected: RejectedLog
  #mode: SpoolStatus['mode'] = 'direct'
  #own: SpoolFile | null = null
  #opening: Promise<SpoolFile> | null = null
  #adopted: SpoolFile[] = []
  #foreign = new Set<string>()
  /** New awards wait here while the last kept ones are written. */
  #gate: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> = Promise.resolve()
  #stopped = false
  #serial = 0

  constructor(options: SpoolOptions) {
    this.#options = options
    this.#rejected = new RejectedLog(options.directory)
  }

  award(award: Award): Promise<AwardOutcome> {
    return this.#options.writer.award(award)
  }

  async take(award: Award): Promise<AwardOutcome | Kept> {
    while (this.#gate) await this.#gate
    if (this.#mode !== 'direct') return this.#keep(award)
    if (!this.#options.isUp()) {
      this.#mode = 'keeping'
      return this.#keep(award)
    }
    try {
      return await this.#options.writer.award(award)
    } catch (error) {
      if (!isUnavailable(error)) throw error
      this.#mode = 'keeping'
      return this.#keep(award)
    }
  }

  get status(): SpoolStatus {
    const files = [...this.#adopted, ...(this.#own ? [this.#own] : [])]
    const oldest = files.flatMap(({ oldest: at }) => (at ? [at.getTime()] : []))
    return {
      mode: this.#mode,
      entries: files.reduce((sum, file) => sum + file.entries, 0),
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      oldestAt: oldest.length > 0 ? new Date(Math.min(...oldest)) : null,
      foreign: [...this.#foreign],
    }
  }

  /** Takes over what dead processes left, and looks again every second whether the database is back. */
  async start(): Promise<void> {
    await mkdir(this.#options.directory, { recursive: true, mode: 0o700 })
    await this.#adopt()
    this.#next()
  }

  /** Leaves what is kept to the next start. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    await this.#looking
    await Promise.all([...this.#adopted, ...(this.#own ? [this.#own] : [])].map((file) => file.close()))
  }

  #next(): void {
    if (this.#stopped) return
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().catch((error: unknown) =>
        this.#options.log.error({ err: error }, 'the spool could not be read'),
      )
      void this.#looking.finally(() => this.#next())
    }, this.#options.lookMs ?? LOOK_MS)
  }

  async #keep(award: Award): Promise<Kept> {
    try {
      const file = this.#own ?? (await this.#open())
      if (file.bytes > (this.#options.bytesMax ?? BYTES_MAX)) throw new Error('the spool is full')
      await file.append(award, this.#options.now())
      return { status: 'kept' }
    } catch (error) {
      throw new DatabaseUnavailableError('the database is away and the award could not be kept', {
        cause: error,
      })
    }
  }

  #open(): Promise<SpoolFile> {
    this.#opening ??= this.#create().finally(() => {
      this.#opening = null
    })
    return this.#opening
  }

  async #create(): Promise<SpoolFile> {
    const { directory, holder, target, now, freeBytesMin = FREE_BYTES_MIN } = this.#options
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const { bavail, bsize } = await statfs(directory)
    if (bavail * bsize < freeBytesMin) throw new Error('the disk is nearly full')
    const name = `${holder.replaceAll(':', '+')}~${++this.#serial}${EXTENSION}`
    const header = { ttfd_spool: SPOOL_VERSION, ...target(), made_at: now().toISOString() }
    this.#own = await SpoolFile.create(join(directory, name), header)
    return this.#own
  }

  /** One look: is the database back, and is anything to be written? */
  async #look(): Promise<void> {
    if (!(await this.#options.isReady())) return
    await this.#adopt()
    if (this.#adopted.length === 0 && this.#own === null && this.#opening === null) {
      this.#mode = 'direct'
      return
    }
    this.#mode = 'replaying'
    const written = await this.#replayAll()
    if (written > 0) {
      this.#options.log.info({ awards: written }, 'kept awards were written')
      this.#options.onReplayed?.(written)
    }
  }

  async #replayAll(): Promise<number> {
    let written = 0
    for (const file of [...this.#adopted]) {
      const count = await this.#replay(file, 0)
      if (count === null) return this.#away(written)
      written += count
      if (await file.remove()) this.#adopted = this.#adopted.filter((one) => one !== file)
    }
    const own = this.#own ?? (await this.#opening?.catch(() => null)) ?? null
    if (!own) {
      if (this.#adopted.length === 0) this.#mode = 'direct'
      return written
    }
    const most = await this.#replay(own, LAST_ENTRIES)
    if (most === null) return this.#away(written)
    const open = this.#shut()
    try {
      // Behind the gate nothing is appended any more: what is under way ends first.
      const last = await this.#replay(own, 0)
      if (last === null) return this.#away(written + most)
      await own.remove()
      this.#own = null
      this.#mode = 'direct'
      return written + most + last
    } finally {
      open()
    }
  }

  #shut(): () => void {
    let open = () => {}
    this.#gate = new Promise((resolve) => {
      open = () => {
        this.#gate = null
        resolve()
      }
    })
    return open
  }

  #away(written: number): number {
    this.#mode = 'keeping'
    return written
  }

  /** Writes a file's awards until at most `left` of them wait; null when the database went away in between. */
  async #replay(file: SpoolFile, left: number): Promise<number | null> {
    let written = 0
    while (!file.isDrained && (left === 0 || file.entries > left)) {
      if (this.#stopped) return null
      const { lines, settled } = await file.next()
      const results = await Promise.allSettled(lines.map((line) => this.#write(line)))
      if (results.some((result) => result.status === 'rejected')) return null
      settled()
      written += lines.length
      // An append is under way; it ends without us.
      if (lines.length === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    return written
  }

  /** Rejects only while the database is away: whatever else is wrong with an award is listed, and it is done with. */
  async #write(line: SpoolLine): Promise<void> {
    const { writer, now } = this.#options
    if ('damaged' in line) return this.#rejected.add({ at: now(), reason: line.damaged, award: null })
    try {
      const outcome = await writer.award(line.award)
      if (outcome.status !== 'refused' || !FOR_GOOD.has(outcome.reason)) return
      await this.#rejected.add({ at: now(), reason: outcome.reason, award: line.award })
    } catch (error) {
      if (isUnavailable(error)) throw error
      const reason = error instanceof DedupeConflictError ? 'conflict' : String((error as Error).message)
      await this.#rejected.add({ at: now(), reason, award: line.award })
    }
  }

  async #adopt(): Promise<void> {
    const { directory, ownerState, target } = this.#options
    const held = new Set([...this.#adopted, ...(this.#own ? [this.#own] : [])].map((file) => file.path))
    for (const name of (await readdir(directory)).sort()) {
      const path = join(directory, name)
      const isOwn = name.startsWith(this.#options.holder.replaceAll(':', '+'))
      // A crash left it half made: no award was ever in it. One of our own is just being made.
      if (name.endsWith(`${EXTENSION}.new`) && !isOwn && ownerState(ownerOf(name)) === 'dead')
        await rm(path, { force: true })
      if (!name.endsWith(EXTENSION) || held.has(path) || this.#foreign.has(name)) continue
      const owner = ownerState(ownerOf(name))
      if (owner === 'alive' || isOwn) continue
      const file = await SpoolFile.adopt(path, owner)
      if (file === null) continue
      if (file === 'unreadable' || !isOurs(file.header, target())) {
        this.#foreign.add(name)
        if (file !== 'unreadable') await file.close()
        continue
      }
      this.#adopted.push(file)
    }
  }
}

/** Which process a file's name names. */
function ownerOf(name: string): string {
  return (name.split('~')[0] ?? '').replaceAll('+', ':')
}

/** Refusals that no waiting mends: a person must look. Cooldowns, caps and claimed days are ordinary ends. */
const FOR_GOOD: ReadonlySet<string> = new Set([
  'unknown_account',
  'out_of_range',
  'insufficient_coins',
  'frozen',
  'too_old',
  'daily_limit',
])

function isOurs(header: SpoolHeader, target: Pick<SpoolHeader, 'place' | 'database'>): boolean {
  if (header.ttfd_spool > SPOOL_VERSION) return false
  if (header.database !== null && target.database !== null) return header.database === target.database
  return header.place === target.place
}
