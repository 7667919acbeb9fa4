import { autoRetry } from '@grammyjs/auto-retry'
import { Api, type ApiClientOptions, Bot, type Transformer } from 'grammy'
import { AnswerDelayedError, NeverSentError } from './errors.js'
import { SendGate } from './send-gate.js'
import type { BotContext, TelegramSettings, Tuning } from './types.js'

const RETRY_SECONDS_MAX = 3

export type Apis = {
  /** Answers people: throttled, one short retry, never waited for longer than the intake may be held up. */
  bot: Bot<BotContext>
  /** Fetches updates; its calls may last as long as a long poll. */
  intake: Api
  /** Sends notices for the sync worker, which does the retrying: throttled together with the answers. */
  notices: Api
  /** Answers that go on behind the intake's back; awaited at the end. */
  pending: ReadonlySet<Promise<unknown>>
}

/** Builds grammY's bot and clients. Nothing is called. */
export function buildApis(settings: TelegramSettings, tuning: Tuning): Apis {
  const client: ApiClientOptions = { timeoutSeconds: tuning.callSeconds }
  if (settings.apiRoot) client.apiRoot = settings.apiRoot.replace(/\/+$/, '')
  const gate = new SendGate(() => performance.now())
  const pending = new Set<Promise<unknown>>()
  const bot = new Bot<BotContext>(settings.token, { client })
  // The last one is the outermost.
  bot.api.config.use(
    plainDefaults,
    gate.transformer('answer'),
    autoRetry({ maxRetryAttempts: 1, maxDelaySeconds: RETRY_SECONDS_MAX, rethrowHttpErrors: true }),
    holdAtMost(tuning.holdMs, pending),
  )
  const intake = new Api(settings.token, {
    ...client,
    timeoutSeconds: tuning.pollSeconds + tuning.callSeconds,
  })
  const notices = new Api(settings.token, client)
  notices.config.use(plainDefaults, sendInTime, gate.transformer('notice'))
  return { bot, intake, notices, pending }
}

/** HTML everywhere, and no previews of links. */
const plainDefaults: Transformer = (prev, method, payload, signal) => {
  if (method === 'sendPhoto')
    return prev(method, { parse_mode: 'HTML', ...payload } as typeof payload, signal)
  if (method !== 'sendMessage' && method !== 'editMessageText') return prev(method, payload, signal)
  const defaults = { parse_mode: 'HTML', link_preview_options: { is_disabled: true } }
  return prev(method, { ...defaults, ...payload } as typeof payload, signal)
}

/** A call whose time ran out while it waited for its turn is not sent at all. */
const sendInTime: Transformer = (prev, method, payload, signal) => {
  if (signal?.aborted) throw new NeverSentError(`${method} waited too long for its turn`)
  return prev(method, payload, signal)
}

/** Lets a slow answer go on by itself, so that one chat cannot hold up everybody's updates. */
function holdAtMost(ms: number, pending: Set<Promise<unknown>>): Transformer {
  return (prev, method, payload, signal) => {
    const call = prev(method, payload, signal)
    const settled = call.catch(() => {}).finally(() => pending.delete(settled))
    pending.add(settled)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new AnswerDelayedError(`${method} takes its time`)), ms)
      call.then(resolve, reject).finally(() => clearTimeout(timer))
    })
  }
}
