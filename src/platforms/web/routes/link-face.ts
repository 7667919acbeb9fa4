import type { LinkFacts } from '../../../core/linking/link-facts.js'
import type { WebPictures } from '../../../core/pictures/card.js'

/** Larger pictures would make a question slow on a phone: then the drawn one is shown. */
const BYTES_MAX = 65_536

/**
 * The picture of a side on a linking question, as a data URL: part of the page, so that it needs no address by which
 * others could see a hidden member's picture. Null: none can be had.
 */
export async function faceOf(
  pictures: WebPictures | undefined,
  facts: LinkFacts | null,
): Promise<string | null> {
  if (!pictures || !facts) return null
  const { accountId } = facts
  // Both sides are shown to each other, hidden ones too: that is what the question is for.
  const own = await pictures.avatar(accountId, { own: true })
  const small =
    own && own.bytes.length > BYTES_MAX
      ? await pictures.avatar(accountId, { own: true, source: 'generated' })
      : own
  return small && `data:${small.mediaType};base64,${Buffer.from(small.bytes).toString('base64')}`
}
