import type { Reader } from '../../db/connect.js'
import type { Phrase } from '../linking/phrase.js'
import { platformValue } from '../linking/phrase.js'
import { readClosedLogin } from '../website/unproven-emails.js'
import { readLinkOffers } from './read-reviews.js'

/**
 * What old records say of a member without proof, a line each, for whoever asks how to link: the ordinary way with two
 * sides, nothing by itself. Empty for almost everybody. `siteUrl` has no slash at its end. For his eyes alone.
 */
export async function readOfferPhrases(
  reader: Reader,
  { accountId, siteUrl }: { accountId: number; siteUrl: string },
): Promise<Phrase[]> {
  const closed = await readClosedLogin(reader, accountId)
  const offers = await readLinkOffers(reader, accountId)
  return [
    ...offers.map(({ direction, platform, maskedName }) => ({
      key: `import:offer.${direction}`,
      values: { platform: platformValue(platform), name: { text: maskedName ?? '***' } },
    })),
    ...(closed
      ? [
          { key: 'import:offer.closed', values: { email: { text: closed.maskedEmail } } },
          { key: 'import:offer.remove_at', values: { url: { url: `${siteUrl}/link/old` } } },
        ]
      : []),
  ]
}
