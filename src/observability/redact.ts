const HIDDEN = '[hidden]'

/**
 * Shapes of secrets inside any text. Bounded and without nested repetition, so that a hostile text costs linear time.
 */
const SHAPES: readonly [RegExp, string][] = [
  // Telegram: every call has the token in its URL, and grammY's HttpError repeats that URL.
  [/\bbot\d{1,20}(?::|%3A)[\w-]+/gi, `bot${HIDDEN}`],
  [/\b\d{6,20}:[\w-]{30,}/g, HIDDEN],
  // user:password@ of any URL, greedy up to the last @: passwords are pasted unencoded.
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"']{0,200}):[^\s"']{0,500}@/gi, `$1:${HIDDEN}@`],
  [/\b(password|passwd|pwd)(["']?\s{0,3}[=:]\s{0,3}["']?)[^\s"'&,;]+/gi, `$1$2${HIDDEN}`],
  [
    /\b(authorization["']?\s{0,3}[:=]\s{0,3}["']?)(?:(?:bearer|basic|bot)\s{1,3})?[^\s"',;]+/gi,
    `$1${HIDDEN}`,
  ],
  [/\b(bearer|basic|bot)\s{1,3}[\w.~+/=-]{16,}/gi, `$1 ${HIDDEN}`],
  [/\b((?:set-)?cookie["']?\s{0,3}[:=]\s{0,3}["']?)[^\r\n"']+/gi, `$1${HIDDEN}`],
  // Discord bot tokens and JSON web tokens: three parts by dots.
  [/\b[\w-]{20,}\.[\w-]{6,}\.[\w-]{27,}/g, HIDDEN],
  // Interaction and webhook tokens stand in Discord's paths.
  [/(\/(?:interactions|webhooks)\/\d{1,20}\/)[\w.~%-]{16,}/g, `$1${HIDDEN}`],
  // One-use tokens of links and sign-ins.
  [/\blink_[\w-]{16,}/g, `link_${HIDDEN}`],
  [/(\/(?:login\/tg|link|reset-password|verify-email)\/)[\w.~%-]{16,}/g, `$1${HIDDEN}`],
  [
    /([?&;]|\b)((?:code|state|token|access_token|refresh_token|client_secret|code_verifier|secret)=)[^\s"'&#;]+/gi,
    `$1$2${HIDDEN}`,
  ],
  [/\b(code|link code|код)([\s:="'«]{1,4})(?=[A-Z0-9-]{8,9}\b)[A-Z0-9]{4}-?[A-Z0-9]{4}\b/gi, `$1$2${HIDDEN}`],
]

/** Fields whose value is a secret whatever it looks like. `code` is not among them: errors carry their code there. */
const SECRET_FIELD =
  /^(?:proxy-)?authorization$|^(?:set-)?cookies?$|^x-telegram-bot-api-secret-token$|password|passwd|secret|token|^api_?key$|^x-api-key$|^(?:link|login|one_time)_?code$|^code_verifier$|^connectionString$|^database_?url$/i

/** Builds the redaction: shapes known above, and the exact secrets of this run. */
export function createRedactor(secrets: readonly string[] = []): (text: string) => string {
  const exact = [...new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]))]
    .filter((secret) => secret.length >= 6)
    .sort((a, b) => b.length - a.length)
  return (text) => {
    let clean = text
    for (const secret of exact) clean = clean.replaceAll(secret, HIDDEN)
    for (const [shape, replacement] of SHAPES) clean = clean.replace(shape, replacement)
    return clean
  }
}

/** Redacts every string of a JSON value, at any depth, and whole fields whose name says that they are secret. */
export function redactValue(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      redact(key),
      SECRET_FIELD.test(key) && isTelling(inner) ? HIDDEN : redactValue(inner, redact),
    ]),
  )
}

/** Whether a secret field says anything: `token: null` and `secret: false` are facts worth reading. */
function isTelling(value: unknown): boolean {
  return value !== null && value !== undefined && typeof value !== 'boolean' && value !== ''
}
