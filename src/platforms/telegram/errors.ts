import { GrammyError, HttpError } from 'grammy'

/** The answer is still on its way when the intake may wait no longer; it goes on by itself. */
export class AnswerDelayedError extends Error {
  override name = 'AnswerDelayedError'
}

/** The call's time was over before it was sent. */
export class NeverSentError extends Error {
  override name = 'NeverSentError'
}

/** There are more answers than Telegram allows; this one was dropped, since it would come minutes late. */
export class OverflowError extends Error {
  override name = 'OverflowError'
}

/** Telegram's limits leave no room for this notice now; it was not sent. */
export class NotNowError extends Error {
  override name = 'NotNowError'
  readonly seconds: number

  constructor(seconds: number) {
    super(`no room within Telegram's limits for ${seconds} s`)
    this.seconds = seconds
  }
}

/** Telegram's words for a chat where the bot may not or cannot write (any more). */
const NO_WAY_IN =
  /chat not found|upgraded to a supergroup|not enough rights|no rights to send|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED|TOPIC_CLOSED|thread not found|PEER_ID_INVALID/i

/** Whether only the way to Telegram or to the person is to blame: lost, late, throttled, blocked, down. */
export function isAnswerTrouble(error: unknown): boolean {
  if (error instanceof AnswerDelayedError || error instanceof HttpError || error instanceof OverflowError)
    return true
  if (!(error instanceof GrammyError)) return false
  if (error.error_code === 400) return NO_WAY_IN.test(error.description)
  return [401, 403, 404, 429].includes(error.error_code) || error.error_code >= 500
}

export function isRefusal(error: unknown, code: number, words?: RegExp): error is GrammyError {
  return error instanceof GrammyError && error.error_code === code && (words?.test(error.description) ?? true)
}

/** The message already looks as it should. */
export const isNotModified = (error: unknown) => isRefusal(error, 400, /message is not modified/i)

/** The message cannot be changed any more: deleted, too old, or not ours. */
export const isGone = (error: unknown) =>
  isRefusal(error, 400, /message to edit not found|message can't be edited|MESSAGE_ID_INVALID/i)

/** The button was pressed too long ago to be answered, or was answered before. */
export const isPressOver = (error: unknown) => isRefusal(error, 400, /query is too old|query ID is invalid/i)

/** The person blocked the bot or never started it, or the bot was thrown out of the group. */
export const isForbidden = (error: unknown) => isRefusal(error, 403)

/** The token is wrong or was revoked (404 is Telegram's answer to a token that is none). */
export const isWrongToken = (error: unknown) => isRefusal(error, 401) || isRefusal(error, 404)

/** Seconds that Telegram asks to wait; null when it does not. */
export function retryAfter(error: unknown): number | null {
  return isRefusal(error, 429) ? (error.parameters.retry_after ?? 1) : null
}

const REFUSED_CONNECTION = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/

/** Whether a failed call certainly never reached Telegram, so that repeating it cannot repeat its effect. */
export function neverLeft(error: unknown): boolean {
  if (error instanceof NeverSentError) return true
  return error instanceof HttpError && REFUSED_CONNECTION.test(codeOf(error.error) ?? '')
}

/**
 * An error in words that are safe to log: no token (node-fetch puts the URL into its messages), no payload with a
 * message's text.
 */
export function describeError(error: unknown): string {
  if (error instanceof GrammyError) return `${error.method}: ${error.error_code} ${error.description}`
  if (error instanceof HttpError) return `${error.message} ${codeOf(error.error) ?? ''}`.trim()
  if (!(error instanceof Error)) return 'unknown error'
  const code = codeOf(error)
  return hideToken(`${error.name}: ${error.message}${code ? ` (${code})` : ''}`)
}

/** Where an unexpected error came from, without anything that people wrote. */
export function traceOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof GrammyError || error instanceof HttpError)
    return undefined
  return hideToken(error.stack ?? '')
}

function hideToken(text: string): string {
  return text.replace(/\d{5,20}(?::|%3A)[\w-]{10,}/gi, '[hidden]')
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}
