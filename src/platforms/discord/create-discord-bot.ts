import type { Deliverer } from '../../core/deliveries/delivery.js'
import { askSweep } from '../../core/roles/guild-roles.js'
import { makeRest } from './client.js'
import { Connection } from './connection.js'
import { describeError } from './errors.js'
import { GatewayFeatures } from './gateway-features.js'
import { accountDeliverer } from './linking/account-deliverer.js'
import { noticeDeliverer } from './notices/notice-deliverer.js'
import { PlacesBook } from './places.js'
import { Preflight } from './roles/preflight.js'
import { roleDeliverer } from './roles/role-deliverer.js'
import { RoleKeeper } from './roles/role-keeper.js'
import { RoleWatch } from './roles/role-watch.js'
import { DiscordStatusBoard } from './status-board.js'
import { type BaseKit, type DiscordDeps, type DiscordStatus, type Kit, TUNING } from './types.js'

export type DiscordBot = {
  /**
   * Begins to connect and stays at it; resolves when the first status is known. An outage of Discord or of the
   * database shows in the status, never as an error.
   */
  start(): Promise<void>
  /** Takes nothing new and resolves when what came in is recorded as far as possible. */
  stop(): Promise<void>
  status(): DiscordStatus
  /** Calls the listener at each change of state; returns the way to stop that. */
  onStatus(listener: () => void): () => void
  /**
   * For the sync worker: notices (`discord`), what concerns the account itself (`discord_account`) and rank roles
   * (`discord_roles`). They need no running gateway.
   */
  deliverers: ReadonlyMap<string, Deliverer>
  /** Counts voice time up to now and stores it; a timer does so every few seconds. Made for tests. */
  tickVoice(): Promise<void>
  /** Sweeps the rank roles of guilds that are due; a timer does so. Made for tests. */
  sweepRoles(): Promise<void>
  /** Resolves when everything that came in is recorded, answered and looked at. Made for tests. */
  idle(): Promise<void>
}

/** Builds the Discord bot. Nothing is sent or received before `start` or a delivery. */
export function createDiscordBot(deps: DiscordDeps): DiscordBot {
  const { db, now, random, log, settings } = deps
  const tuning = { ...TUNING, ...deps.tuning }
  const clock = () => performance.now()
  const board = new DiscordStatusBoard(now)
  const rest = makeRest(settings)
  const base: BaseKit = { ...deps, tuning, rest, places: new PlacesBook(db, settings, clock) }
  const preflight = new Preflight(db, rest, clock)
  const keeper = new RoleKeeper(rest, preflight, tuning.roleSpacingMs, random)
  const roles = new RoleWatch(base, keeper, preflight)
  const kit: Kit = {
    ...base,
    hasMessageContent: () => board.status.messageContent,
    lookAtRoles: (guildId, discordId) => roles.ask(guildId, discordId),
    ranksChanged: (guildId) => {
      preflight.forget(guildId)
      void roles.sweep().catch((error: unknown) => log.error({ error: describeError(error) }, 'no sweep'))
    },
  }
  const features = new GatewayFeatures(kit, roles)
  const connection = new Connection({
    db,
    settings,
    tuning,
    log,
    board,
    attach: (client) => features.attach(client),
    detach: () => features.detach(),
  })
  return {
    async start() {
      connection.start()
      await board.settled(tuning.firstStatusMs)
    },
    async stop() {
      await connection.stop()
      board.set('stopped')
    },
    status: () => board.status,
    onStatus: (listener) => board.onChange(listener),
    deliverers: new Map([
      ['discord', noticeDeliverer(base)],
      ['discord_account', accountDeliverer(base)],
      ['discord_roles', roleDeliverer(db, keeper)],
    ]),
    tickVoice: () => features.voice.tick(),
    async sweepRoles() {
      await askSweep(db.kysely)
      await roles.sweep()
    },
    idle: () => features.idle(),
  }
}

/** Whether the bot works (perhaps with less); `standby` means that another process of ours does. */
export function isServing({ state }: DiscordStatus): boolean {
  return state === 'up' || state === 'intent_missing' || state === 'standby'
}
