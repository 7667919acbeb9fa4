import { identityKey } from '../core/accounts/identity.js'
import { deriveLinkKey } from '../core/linking/link-code.js'
import { createSite } from '../platforms/web/create-site.js'
import { type Listening, serveSite } from '../platforms/web/serve.js'
import { startAuth } from './auth/start-auth.js'
import type { AppContext } from './context.js'
import type { PartStatus } from './heartbeats.js'
import { spoolState } from './spool-state.js'
import { StartError } from './start-error.js'
import type { Telegram } from './start-telegram.js'

export type RunningWeb = { url: string; unlistedProxy(): string | null; stop(): Promise<void> }

/** The change feed tells of a change within milliseconds; this bounds what a silently lost connection can hide. */
const PAGE_CACHE_MS = 5_000

/** Opens the website. Throws StartError when its port cannot be had. */
export async function startWeb(
  context: AppContext,
  { telegram, states }: { telegram: Telegram | null; states: () => PartStatus[] },
): Promise<RunningWeb> {
  const { config, db, state, writer, feed, log, metrics, sandbox, now, newId } = context
  // With PORT=0 the address is known only once the port is open.
  let url = config.http.publicUrl
  const { auth, stop: stopAuth } = startAuth(context, () => url)
  const site = createSite({
    db,
    rules: () => state.rules,
    writer,
    changes: feed,
    log,
    now,
    newId,
    settings: {
      get publicUrl() {
        return url
      },
      timeZone: config.timeZone,
      sandbox: config.sandbox.on,
      trustProxy: config.http.trustProxy,
      ssePerAddress: config.http.ssePerAddress,
      pageCacheMs: PAGE_CACHE_MS,
      links: () => ({
        telegramUrl: sandbox ? '/sandbox' : (telegram?.url() ?? null),
        discordUrl: null,
        websiteUrl: null,
      }),
    },
    onAnswer: metrics.requestAnswered,
    readiness: async () => {
      const database = { part: 'database', ok: state.isUp, detail: state.isUp ? db.kind : 'unavailable' }
      const feedState = { part: 'feed', ok: feed.isConnected, detail: '' }
      const parts = [database, feedState, ...spoolState(context), ...states()]
      return { ready: state.isUp && feed.isConnected, parts }
    },
    metrics: async () => {
      metrics.liveStreamsOpen(site.readers())
      metrics.databaseAnswers(state.isUp)
      if (context.spool) metrics.spoolHolds(context.spool.status, now())
      return { contentType: metrics.contentType, text: await metrics.text() }
    },
    pictures: context.pictures,
    auth,
    linking: {
      key: deriveLinkKey(context.secrets.sessionSecret),
      admins: new Set(config.admins.map(identityKey)),
    },
    playground: sandbox?.playground,
    telegramWebhook: telegram?.webhook,
  })
  const { host, port } = config.http
  let listening: Listening
  try {
    listening = await serveSite(site, { host, port })
  } catch (error) {
    site.close()
    await stopAuth()
    const code = (error as { code?: string }).code
    if (code === 'EADDRINUSE') throw new StartError(context.t('app:web_port_taken', { port }))
    if (code === 'EACCES') throw new StartError(context.t('app:web_port_denied', { port }))
    throw error
  }
  if (!config.http.publicUrlIsSet && port === 0) url = `http://localhost:${listening.port}`
  return {
    url,
    unlistedProxy: () => site.unlistedProxy(),
    async stop() {
      await listening.close()
      await stopAuth()
    },
  }
}
