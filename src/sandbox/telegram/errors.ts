/** Extra facts of a refused call, as Telegram's `ResponseParameters`. */
export interface ErrorParameters {
  migrate_to_chat_id?: number
  retry_after?: number
}

/** A refusal in Telegram's own form: becomes `{ ok: false, error_code, description, parameters }`. */
export class TelegramError extends Error {
  constructor(
    readonly code: number,
    readonly description: string,
    readonly parameters?: ErrorParameters,
  ) {
    super(description)
    this.name = 'TelegramError'
  }
}

/** 400: the call itself is wrong. `reason` is what follows `Bad Request: `. */
export function badRequest(reason: string, parameters?: ErrorParameters): TelegramError {
  return new TelegramError(400, `Bad Request: ${reason}`, parameters)
}

/** 403: the bot may not do this to this chat or person. */
export function forbidden(reason: string): TelegramError {
  return new TelegramError(403, `Forbidden: ${reason}`)
}

/** 409: two consumers fight for the updates of one token. */
export function conflict(reason: string): TelegramError {
  return new TelegramError(409, `Conflict: ${reason}`)
}

/** 429: try again after `seconds`. */
export function tooManyRequests(seconds: number): TelegramError {
  return new TelegramError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds })
}
