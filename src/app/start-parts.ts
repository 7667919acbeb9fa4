import type { Deliverer } from '../core/deliveries/delivery.js'
import type { AppContext } from './context.js'
import type { PartStatus } from './heartbeats.js'
import type { Part } from './parts.js'
import { createTelegram } from './start-telegram.js'
import { startWeb } from './start-web.js'
import { startWorker } from './start-worker.js'

export type RunningParts = {
  siteUrl: string | null
  states(): PartStatus[]
  stop(): Promise<void>
}

/** Starts the chosen parts and prints how each is. Intake stops first, then the site, then the worker. */
export async function startParts(context: AppContext, only: ReadonlySet<Part>): Promise<RunningParts> {
  const { t, print } = context
  const telegram = createTelegram(context)
  const deliverers = new Map<string, Deliverer>()
  if (telegram) {
    deliverers.set('telegram', telegram.deliverer)
    deliverers.set('telegram_account', telegram.accountDeliverer)
  }

  const states: (() => PartStatus)[] = []
  const all = () => states.map((state) => state())

  const web = only.has('web') ? await startWeb(context, { telegram, states: all }) : null
  if (web) {
    context.siteUrl = () => web.url
    states.push(() => ({ part: 'web', ok: true, detail: web.url }))
  }
  const worker = only.has('worker') ? startWorker(context, deliverers) : null
  if (worker)
    states.push(() => ({ part: 'worker', ok: true, detail: worker.isLeader() ? 'leader' : 'follower' }))
  if (only.has('telegram')) {
    if (telegram) {
      await telegram.start()
      states.push(() => telegram.state())
    } else print(t('app:telegram_off'))
  }
  if (only.has('discord')) print(t('app:discord_off'))
  if (web) print(t('app:web_up', { url: web.url }))
  if (web && context.sandbox) print(t('app:sandbox_on', { url: `${web.url}/sandbox` }))

  return {
    siteUrl: web?.url ?? null,
    states: all,
    async stop() {
      await telegram?.stop()
      await web?.stop()
      await worker?.stop()
    },
  }
}
