import { isIP } from 'node:net'
import type { Environment } from './schema.js'

/** Whether the program talks to its own Telegram and Discord on loopback, and why. Words: `config:sandbox.<why>`. */
export type SandboxDecision = {
  on: boolean
  why:
    | 'asked_for'
    | 'nothing_real_set'
    | 'switched_off'
    | 'real_token_set'
    | 'database_set'
    | 'public_address_set'
  /** The variable that decided; null when none is set. */
  by: string | null
}

/** Variables that hold a key to a real Telegram or Discord. */
export const REAL_TOKENS = ['TELEGRAM_BOT_TOKEN', 'DISCORD_TOKEN', 'DISCORD_CLIENT_SECRET'] as const

/**
 * `auto` means on only when nothing of the outside world is configured: no real token, no DATABASE_URL, no public
 * PUBLIC_URL. It holds for all platforms or for none, so that invented and real members never meet.
 */
export function decideSandbox(
  env: Pick<Environment, 'SANDBOX' | 'DATABASE_URL' | 'PUBLIC_URL' | (typeof REAL_TOKENS)[number]>,
): SandboxDecision {
  if (env.SANDBOX === 'on') return { on: true, why: 'asked_for', by: 'SANDBOX' }
  if (env.SANDBOX === 'off') return { on: false, why: 'switched_off', by: 'SANDBOX' }
  const token = REAL_TOKENS.find((name) => env[name] !== null)
  if (token) return { on: false, why: 'real_token_set', by: token }
  if (env.DATABASE_URL !== null) return { on: false, why: 'database_set', by: 'DATABASE_URL' }
  if (env.PUBLIC_URL !== null && !isLoopbackUrl(env.PUBLIC_URL))
    return { on: false, why: 'public_address_set', by: 'PUBLIC_URL' }
  return { on: true, why: 'nothing_real_set', by: null }
}

/** Whether an address is this machine as seen from itself. */
function isLoopbackUrl(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}
