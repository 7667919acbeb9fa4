import { identityKey } from '../core/accounts/identity.js'
import type { Deliverer } from '../core/deliveries/delivery.js'
import { deriveLinkKey } from '../core/linking/link-code.js'
import { deriveSignInKey } from '../core/website/sign-in-token.js'
import { createTelegramBot } from '../platforms/telegram/create-telegram-bot.js'
import type { AppContext } from './context.js'
import type { PartStatus } from './heartbeats.js'

export type Telegram = {
  /** By destination, for the sync worker. */
  deliverers: ReadonlyMap<string, Deliverer>
  webhook?: (request: Request) => Promise<Response>
  /** Where people find the bot; null until its name is known. */
  url(): string | null
  /** Begins to receive updates and prints how that went. */
  start(): Promise<void>
  state(): PartStatus
  stop(): Promise<void>
}

/** Builds the Telegram bot; null without a token. Nothing is sent or received before `start` or a delivery. */
export function createTelegram(context: AppContext): Telegram | null {
  const { config, sandbox, db, writer, state, log, now, newId, random, t, print } = context
  const token = sandbox?.telegram.token ?? config.telegram.token
  if (token === null) return null
  const bot = createTelegramBot({
    db,
    writer,
    rules: () => state.rules,
    now,
    newId,
    random,
    log: log.child({ platform: 'telegram' }),
    drawCard: context.pictures.drawCard,
    settings: {
      token,
      apiRoot: sandbox?.telegram.apiRoot ?? config.telegram.apiRoot ?? undefined,
      webhook: sandbox ? undefined : (config.telegram.webhook ?? undefined),
      groupIds: config.telegram.groupIds,
      payEverywhere: config.sandbox.on,
      admins: config.admins.filter((admin) => admin.platform === 'telegram').map((admin) => admin.id),
      siteUrl: () => context.siteUrl(),
      fingerprintKey: context.deriveKey('fingerprint'),
      linking: {
        key: deriveLinkKey(context.secrets.sessionSecret),
        admins: new Set(config.admins.map(identityKey)),
      },
      signInKey: deriveSignInKey(context.secrets.sessionSecret),
      timeZone: config.timeZone,
      holder: context.holder,
    },
  })
  const line = () => {
    const { state: now, username = '', detail = '' } = bot.status()
    return t(`app:telegram_${now}`, { username, detail })
  }
  return {
    deliverers: new Map([
      ['telegram', bot.deliverer],
      ['telegram_account', bot.accountDeliverer],
    ]),
    webhook: bot.webhook,
    url: () => {
      const { username } = bot.status()
      return username ? `https://t.me/${username}` : null
    },
    async start() {
      bot.onStatus(() => {
        if (bot.status().state !== 'stopped') print(line())
        if (bot.status().privacyModeOn) print(t('app:privacy_mode_on'))
      })
      await bot.start()
    },
    state: () => {
      const status = bot.status()
      return { part: 'telegram', ok: status.state === 'up' || status.state === 'standby', detail: line() }
    },
    stop: () => bot.stop(),
  }
}
