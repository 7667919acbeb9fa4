import { identityKey } from '../core/accounts/identity.js'
import type { Deliverer } from '../core/deliveries/delivery.js'
import { deriveLinkKey } from '../core/linking/link-code.js'
import { createDiscordBot, isServing } from '../platforms/discord/create-discord-bot.js'
import type { AppContext } from './context.js'
import type { PartStatus } from './heartbeats.js'

export type Discord = {
  /** By destination, for the sync worker. */
  deliverers: ReadonlyMap<string, Deliverer>
  /** Connects and prints how that went. */
  start(): Promise<void>
  state(): PartStatus
  stop(): Promise<void>
}

/** Builds the Discord bot; null without a token. Nothing is sent or received before `start` or a delivery. */
export function createDiscord(context: AppContext): Discord | null {
  const { config, sandbox, db, writer, state, log, now, newId, random, t, print } = context
  const token = sandbox?.discord.token ?? config.discord.token
  if (token === null) return null
  const bot = createDiscordBot({
    db,
    writer,
    rules: () => state.rules,
    now,
    newId,
    random,
    log: log.child({ platform: 'discord' }),
    drawCard: context.pictures.drawCard,
    settings: {
      token,
      apiBase: sandbox?.discord.apiBase ?? config.discord.apiBase ?? undefined,
      guildIds: config.discord.guildIds,
      payEverywhere: config.sandbox.on,
      admins: config.admins.filter((admin) => admin.platform === 'discord').map((admin) => admin.id),
      siteUrl: () => context.siteUrl(),
      fingerprintKey: context.deriveKey('fingerprint'),
      timeZone: config.timeZone,
      holder: context.holder,
      linking: {
        key: deriveLinkKey(context.secrets.sessionSecret),
        admins: new Set(config.admins.map(identityKey)),
      },
    },
  })
  const line = () => {
    const { state: now, name = '', detail = '' } = bot.status()
    return t(`app:discord_${now}`, { name, detail })
  }
  return {
    deliverers: bot.deliverers,
    async start() {
      bot.onStatus(() => {
        if (bot.status().state !== 'stopped') print(line())
      })
      await bot.start()
    },
    state: () => ({ part: 'discord', ok: isServing(bot.status()), detail: line() }),
    stop: () => bot.stop(),
  }
}
