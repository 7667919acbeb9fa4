import type { PlatformName } from '../../db/schema.js'

/** Addresses that stand for no mailbox: ours for people without one, and the old site's for people from Discord. */
const RESERVED = /@(?:[^@]*\.)?(?:invalid|discord\.user)$/i

/** Whether an address can belong to nobody, so that nobody may register it. */
export function isReservedEmail(email: string): boolean {
  return RESERVED.test(email.trim())
}

/** What stands for the address of a login that a platform opens. Never shown, never written to. */
export function placeholderEmail(platform: Exclude<PlatformName, 'website'>, id: string): string {
  return `${id}@${platform}.invalid`
}

/** An address as a stranger may see it: `m***@example.org`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return `${[...email.slice(0, at)][0] ?? ''}***${email.slice(at)}`
}

/** A name as a stranger may see it: the first letter and how it goes on is hidden. */
export function maskName(name: string): string {
  const letters = [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(name)]
  const first = letters[0]?.segment ?? ''
  return letters.length < 4 ? `${first}***` : `${first}***${letters.at(-1)?.segment ?? ''}`
}
