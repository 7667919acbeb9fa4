import { avatarHref } from './urls.js'

/** A member's picture beside his name: decoration, the name says it. */
export function Avatar({ accountId }: { accountId: number }) {
  return <img class="face" src={avatarHref(accountId)} width="72" height="72" alt="" decoding="async" />
}
