import { badRequest } from './errors.js'
import type { UpdateQueue } from './updates.js'

export interface WebhookSettings {
  url: string
  secretToken: string
  maxConnections: number
}

const RETRY_MS_MAX = 60_000
const ANSWER_MS_MAX = 30_000

/** Checks an address as Telegram does, but for HTTPS: the sandbox calls loopback only, and plain HTTP there. */
export function checkWebhookUrl(text: string): string {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw badRequest('bad webhook: invalid webhook URL specified')
  }
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (!loopback) throw badRequest('bad webhook: the sandbox calls loopback addresses only')
  if (url.protocol !== 'http:') throw badRequest('bad webhook: the sandbox speaks plain HTTP on loopback')
  return url.href
}

/**
 * Sends updates to a webhook one after the other. Anything but 2xx is sent again after a growing wait, and
 * nothing behind it goes first, so the order is kept.
 */
export class WebhookSender {
  settings: WebhookSettings | undefined
  lastError: { at: number; message: string } | undefined
  private sending = false
  private closed = new AbortController()
  private wakeUp: (() => void) | undefined

  constructor(
    private readonly updates: UpdateQueue,
    private readonly firstRetryMs: number,
    private readonly now: () => number,
    private readonly onReply: (method: string, args: Record<string, unknown>) => Promise<void>,
  ) {}

  /** Sets or removes the address; a wait for the old one ends. */
  configure(settings: WebhookSettings | undefined): void {
    this.settings = settings
    this.lastError = undefined
    this.wakeUp?.()
    this.kick()
  }

  /** Starts sending unless that is under way. */
  kick(): void {
    if (this.sending || !this.settings || this.closed.signal.aborted) return
    this.sending = true
    void this.run().finally(() => {
      this.sending = false
      if (this.updates.pendingCount > 0) this.kick()
    })
  }

  close(): void {
    this.closed.abort()
    this.wakeUp?.()
  }

  private async run(): Promise<void> {
    let waitMs = this.firstRetryMs
    let next = this.updates.first()
    while (next && this.settings && !this.closed.signal.aborted) {
      const problem = await this.deliver(this.settings, next.body)
      if (problem === undefined) {
        waitMs = this.firstRetryMs
        if (next.id > 0) await this.sendCopies(this.settings, next.body)
        if (next.id > 0) this.updates.confirmUpTo(next.id)
        next = this.updates.first()
        continue
      }
      this.lastError = { at: this.now(), message: problem }
      await this.wait(waitMs)
      waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)
    }
  }

  private async sendCopies(settings: WebhookSettings, body: unknown): Promise<void> {
    if (this.updates.repeat?.as !== 'same_batch') return
    for (let copy = 1; copy < this.updates.repeat.times; copy += 1) await this.deliver(settings, body)
  }

  /** Returns undefined when the other side took it, else what was wrong. */
  private async deliver(settings: WebhookSettings, body: unknown): Promise<string | undefined> {
    const headers: Record<string, string> = { 'content-type': 'application/json' }
    if (settings.secretToken) headers['x-telegram-bot-api-secret-token'] = settings.secretToken
    try {
      const answer = await fetch(settings.url, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.any([this.closed.signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
      })
      const text = await answer.text()
      if (!answer.ok) return `Wrong response from the webhook: ${answer.status} ${answer.statusText}`.trim()
      await this.runReply(text)
      return undefined
    } catch {
      return 'Connection refused'
    }
  }

  /** A webhook may answer with one method call in its body. */
  private async runReply(text: string): Promise<void> {
    let reply: unknown
    try {
      reply = JSON.parse(text)
    } catch {
      return
    }
    if (typeof reply !== 'object' || reply === null || !('method' in reply)) return
    const { method, ...args } = reply as Record<string, unknown>
    if (typeof method === 'string') await this.onReply(method, args)
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wakeUp?.(), ms)
      this.wakeUp = () => {
        clearTimeout(timer)
        this.wakeUp = undefined
        resolve()
      }
    })
  }
}
