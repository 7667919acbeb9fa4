import type { Kit } from './types.js'

/** The public page of an account. */
export function profileUrl(kit: Kit, accountId: number): string {
  return `${kit.settings.siteUrl()}/u/${accountId}`
}

/** Telegram refuses buttons whose host has no dot (`localhost`); such an address is shown as text only. */
export function fitsButton(url: string): boolean {
  try {
    const { protocol, hostname } = new URL(url)
    return /^https?:$/.test(protocol) && hostname.includes('.')
  } catch {
    return false
  }
}

/** Opens the private chat with the bot, at one of its pages. */
export function privateChatUrl(kit: Kit, payload: string): string {
  return `https://t.me/${kit.username()}?start=${payload}`
}
