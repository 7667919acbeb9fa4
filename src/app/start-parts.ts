import { DESTINATIONS, type Deliverer } from '../core/deliveries/delivery.js'
import type { AppContext } from './context.js'
import type { PartStatus } from './heartbeats.js'
import { createLetterCarrier } from './mail/start-mail.js'
import type { Part } from './parts.js'
import { createDiscord, type Discord } from './start-discord.js'
import { createTelegram, type Telegram } from './start-telegram.js'
import { startWeb } from './start-web.js'
import { startWorker } from './start-worker.js'

export type RunningParts = {
  siteUrl: string | null
  states(): PartStatus[]
  stop(): Promise<void>
}

/** Without a token there is nobody to tell: such a delivery ends, so that its event does not stand open for ever. */
const notConfigured: Deliverer = async () => ({ status: 'skipped', why: 'not_configured' })

/** Starts the chosen parts and prints how each is. Intake stops first, then the site, then the worker. */
export async function startParts(context: AppContext, only: ReadonlySet<Part>): Promise<RunningParts> {
  const { t, print } = context
  const telegram = createTelegram(context)
  const discord = createDiscord(context)
  const letters = createLetterCarrier(context)
  const deliverers = new Map<string, Deliverer>([
    ...DESTINATIONS.map((destination) => [destination, notConfigured] as const),
    ...(telegram?.deliverers ?? []),
    ...(discord?.deliverers ?? []),
    ...(letters ? [['website_mail', letters] as const] : []),
  ])

  const states: (() => PartStatus)[] = []
  const all = () => states.map((state) => state())

  const web = only.has('web') ? await startWeb(context, { telegram, states: all }) : null
  if (web) {
    context.siteUrl = () => web.url
    states.push(() => {
      const unlistedProxy = web.unlistedProxy()
      return { part: 'web', ok: true, detail: web.url, ...(unlistedProxy && { unlistedProxy }) }
    })
  }
  const worker = only.has('worker') ? startWorker(context, deliverers) : null
  if (worker)
    states.push(() => ({ part: 'worker', ok: true, detail: worker.isLeader() ? 'leader' : 'follower' }))
  // Both at once: each waits for the other side's first answer.
  await Promise.all([
    only.has('telegram') ? connect(telegram, 'app:telegram_off') : null,
    only.has('discord') ? connect(discord, 'app:discord_off') : null,
  ])
  if (web) print(t('app:web_up', { url: web.url }))
  if (web && context.sandbox) print(t('app:sandbox_on', { url: `${web.url}/sandbox` }))

  async function connect(bot: Telegram | Discord | null, off: string): Promise<void> {
    if (!bot) return print(t(off))
    await bot.start()
    states.push(() => bot.state())
  }

  return {
    siteUrl: web?.url ?? null,
    states: all,
    async stop() {
      await Promise.all([telegram?.stop(), discord?.stop()])
      await web?.stop()
      await worker?.stop()
    },
  }
}
