import type { Tx } from '../../db/connect.js'
import { writeLinkEvents } from '../linking/link-events.js'
import { identitiesOf } from '../linking/link-side.js'

/** Tells every identity of an account that a way into it was changed; `website_email`: the address to tell it to. */
export async function tellLoginChanged(
  tx: Tx,
  account: {
    accountId: number
    what: 'password' | 'email'
    telegram_id: string | null
    discord_id: string | null
    website_email: string | null
  },
  newId: () => string,
): Promise<void> {
  const { accountId, what, telegram_id: telegram, discord_id: discord, website_email: website } = account
  const event = {
    accountId,
    type: 'login_changed',
    source: 'website',
    data: { what },
    key: `login_changed:${newId()}`,
    tell: identitiesOf({ identities: { telegram, discord, website } }),
  } as const
  await writeLinkEvents(tx, [event], newId)
}
