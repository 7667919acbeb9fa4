import type { Backend, Method } from '../backend.js'
import { badRequest, conflict } from '../errors.js'
import { checkWebhookUrl } from '../webhook.js'
import type { Params } from '../wire/params.js'

const POLL_SECONDS_MAX = 50

export const getUpdates: Method = ({ updates, webhook }, { params, gone }) => {
  if (webhook.settings) {
    throw conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
  }
  readAllowed(updates, params)
  const limit = params.integer('limit') ?? 100
  return updates.ask({
    offset: params.integer('offset') ?? 0,
    limit: limit >= 1 && limit <= 100 ? limit : 100,
    timeoutSeconds: Math.min(params.integer('timeout') ?? 0, POLL_SECONDS_MAX),
    gone,
  })
}

export const setWebhook: Method = (backend, { params }) => {
  const { updates, webhook } = backend
  const address = params.text('url')
  if (address === '') return removeWebhook(backend, params)
  const secretToken = params.text('secret_token')
  if (!/^[A-Za-z0-9_-]{0,256}$/.test(secretToken)) {
    throw badRequest('secret token contains unallowed characters')
  }
  const url = checkWebhookUrl(address)
  readAllowed(updates, params)
  if (params.flag('drop_pending_updates')) updates.drop()
  updates.throwOut(conflict('terminated by setWebhook request'))
  webhook.configure({ url, secretToken, maxConnections: params.integer('max_connections') ?? 40 })
  return true
}

export const deleteWebhook: Method = (backend, { params }) => removeWebhook(backend, params)

export const getWebhookInfo: Method = ({ updates, webhook }) => ({
  url: webhook.settings?.url ?? '',
  has_custom_certificate: false,
  pending_update_count: updates.pendingCount,
  ...(webhook.settings && { max_connections: webhook.settings.maxConnections }),
  ...(webhook.lastError && {
    last_error_date: Math.floor(webhook.lastError.at / 1000),
    last_error_message: webhook.lastError.message,
  }),
  ...(updates.allowed.length > 0 && { allowed_updates: updates.allowed }),
})

function removeWebhook({ updates, webhook }: Backend, params: Params): true {
  if (params.flag('drop_pending_updates')) updates.drop()
  webhook.configure(undefined)
  return true
}

/** An absent list keeps the last one; an empty list means the default kinds. */
function readAllowed(updates: Backend['updates'], params: Params): void {
  const value = params.json('allowed_updates', 'allowed updates')
  if (value === undefined) return
  if (!Array.isArray(value)) throw badRequest("can't parse allowed updates: expected an Array of String")
  updates.allowed = value.map(String)
}
