import { type Client, Events } from 'discord.js'
import { isOutage } from '../../core/availability/is-outage.js'
import type { Database } from '../../db/connect.js'
import { makeClient } from './client.js'
import { describeError } from './errors.js'
import { runSession } from './session.js'
import { ShardLeases } from './shard-leases.js'
import type { DiscordStatusBoard } from './status-board.js'
import type { DiscordSettings, Log, PrivilegedIntent, Tuning } from './types.js'

/** Intents to do without, most wanted first: Discord does not say which one it refused. */
const ATTEMPTS: readonly (readonly PrivilegedIntent[])[] = [
  [],
  ['MessageContent'],
  ['GuildMembers'],
  ['MessageContent', 'GuildMembers'],
]

export type ConnectionOptions = {
  db: Database
  settings: DiscordSettings
  tuning: Tuning
  log: Log
  board: DiscordStatusBoard
  /** Hangs the features onto a new client, before it logs in. */
  attach: (client: Client) => void
  /** The client is gone for good; another may come. */
  detach: () => Promise<void>
}

/**
 * Keeps one client connected for as long as the bot runs: waits for the database and for its turn, falls back to fewer
 * intents, starts over after what discord.js cannot mend. Never throws.
 */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #leases: ShardLeases
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #missing = 0

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { db, settings, tuning } = options
    this.#leases = new ShardLeases(db, settings, tuning.leaseSeconds)
  }

  start(): void {
    this.#stop = new AbortController()
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
    await this.#leases.release()
  }

  async #run(): Promise<void> {
    const { tuning, board, log } = this.#options
    let backoff = tuning.backoffMs.first
    while (!this.#stop.signal.aborted) {
      if (!(await this.#takeTurn())) {
        await this.#wait(tuning.standbyMs)
        continue
      }
      const began = performance.now()
      const end = await this.#live()
      if (performance.now() - began > tuning.loginMs) backoff = tuning.backoffMs.first
      switch (end.why) {
        case 'stopped':
          break
        case 'wrong_token':
          board.set('wrong_token', 'check DISCORD_TOKEN; the token is shown once in the developer portal')
          await this.#wait(tuning.wrongTokenMs)
          break
        case 'disallowed_intents':
          this.#missing = Math.min(this.#missing + 1, ATTEMPTS.length - 1)
          log.warn(
            { without: ATTEMPTS[this.#missing] },
            'Discord refused an intent; trying without. Mend: developer portal, Bot, Privileged Gateway Intents',
          )
          break
        case 'unreachable':
          board.set('unreachable', describeError(end.error))
          log.warn({ error: describeError(end.error) }, 'Discord cannot be reached; trying again')
          await this.#wait(backoff)
          backoff = Math.min(backoff * 2, tuning.backoffMs.longest)
          break
        default:
          end satisfies never
      }
    }
  }

  /** Takes the shards' leases, or says why not. */
  async #takeTurn(): Promise<boolean> {
    const { board, log } = this.#options
    try {
      if (await this.#leases.take()) return true
      board.set('standby')
    } catch (error) {
      if (!isOutage(error)) log.error({ error: describeError(error) }, 'the shard lease could not be taken')
      board.set('waiting_database')
    }
    return false
  }

  async #live() {
    const { settings, tuning, board, attach, detach, log } = this.#options
    const missing = ATTEMPTS[this.#missing] ?? []
    const client = makeClient(settings, missing)
    const over = new AbortController()
    const signal = AbortSignal.any([this.#stop.signal, over.signal])
    const renewing = setInterval(() => void this.#renew(over), tuning.leaseRenewMs)

    client.on(Events.Error, (error) =>
      log.warn({ error: describeError(error) }, 'discord.js reported an error'),
    )
    client.on(Events.ShardError, (error) =>
      log.warn({ error: describeError(error) }, 'the gateway connection broke'),
    )
    client.on(Events.ClientReady, (ready) => {
      board.introduce(ready.user.username)
      board.connected(missing)
    })
    client.on(Events.ShardReconnecting, () =>
      board.set('unreachable', 'the gateway connection broke; reconnecting'),
    )
    client.on(Events.ShardResume, () => board.connected(missing))
    client.on(Events.ShardReady, () => {
      if (client.isReady()) board.connected(missing)
    })
    attach(client)
    try {
      return await runSession(client, settings.token, { signal, loginMs: tuning.loginMs })
    } finally {
      clearInterval(renewing)
      await detach()
      await this.#leases.release()
    }
  }

  async #renew(over: AbortController): Promise<void> {
    try {
      if (await this.#leases.renew()) return
      this.#options.log.warn({}, 'another process runs these shards now; standing by')
      over.abort()
    } catch {
      // The database is away: nobody else can take the lease there either.
    }
  }

  #wait(ms: number): Promise<void> {
    const { signal } = this.#stop
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal.addEventListener('abort', end)
    })
  }
}
