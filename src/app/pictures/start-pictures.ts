import type { Config } from '../../config/config.js'
import type { Database } from '../../db/connect.js'
import type { Logger } from '../../observability/logger.js'
import type { DatabaseState } from '../database-state.js'
import type { Sandbox } from '../start-sandbox.js'
import { createPictures, type Pictures } from './create-pictures.js'
import { type AvatarHosts, fetchAvatarFrom } from './fetch-avatar.js'

const DISCORD_API = 'https://discord.com/api'
const DISCORD_CDN = 'https://cdn.discordapp.com'
const TELEGRAM_API = 'https://api.telegram.org'

/** Pictures with the platforms that this run talks to; under the sandbox nothing leaves the machine. */
export function startPictures(context: {
  config: Config
  db: Database
  log: Logger
  state: DatabaseState
  /** Null while the sandbox has not started, or there is none. */
  sandbox: () => Sandbox | null
}): Pictures {
  const { config, db, log, state } = context
  return createPictures({
    db,
    rules: () => state.rules,
    now: () => new Date(),
    fetch: fetchAvatarFrom(() => avatarHosts(config, context.sandbox())),
    onTrouble: (platform, why) => log.info({ platform, why }, 'a member’s picture could not be fetched'),
    onFailure: (error) => log.warn({ err: error }, 'a rank card could not be drawn'),
  })
}

function avatarHosts({ sandbox: { on }, discord, telegram }: Config, sandbox: Sandbox | null): AvatarHosts {
  if (on) {
    if (!sandbox) return { discord: null, telegram: null }
    const { token, apiBase } = sandbox.discord
    return { discord: { token, apiBase, cdn: new URL(apiBase).origin }, telegram: sandbox.telegram }
  }
  const [discordToken, telegramToken] = [discord.token, telegram.token]
  return {
    discord: discordToken === null ? null : { token: discordToken, ...discordHosts(discord.apiBase) },
    telegram:
      telegramToken === null
        ? null
        : { token: telegramToken, apiRoot: plain(telegram.apiRoot ?? TELEGRAM_API) },
  }
}

/** Another root than Discord's own has its pictures on the same host. */
function discordHosts(apiBase: string | null): { apiBase: string; cdn: string } {
  if (apiBase === null || plain(apiBase) === DISCORD_API) return { apiBase: DISCORD_API, cdn: DISCORD_CDN }
  return { apiBase: plain(apiBase), cdn: new URL(apiBase).origin }
}

function plain(url: string): string {
  return url.replace(/\/+$/, '')
}
