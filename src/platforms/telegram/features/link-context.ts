import type { LinkContext } from '../../../core/linking/link-request.js'
import type { Kit } from '../types.js'

/** What core needs to judge a link, as of now. */
export function linkContext({ rules, now, newId, settings }: Kit): LinkContext {
  return { rules: rules(), now: now(), newId, admins: settings.linking.admins }
}
