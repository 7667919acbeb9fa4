import { linkRefusalPhrase } from './link-phrases.js'
import { type Phrase, platformValue } from './phrase.js'
import type { PutBack, PutBackRefusal } from './put-back.js'

/** Why an unlinking cannot be taken back, and what to do instead. */
export function putBackRefusalPhrase(refusal: PutBackRefusal): Phrase {
  return refusal.status === 'refused'
    ? linkRefusalPhrase(refusal)
    : { key: `weblink:put_back.${refusal.status}` }
}

/** How it ended, for whoever pressed. */
export function putBackEndPhrase(end: PutBack): Phrase {
  return end.status === 'put_back'
    ? { key: 'weblink:put_back.done', values: { platform: platformValue(end.platform) } }
    : putBackRefusalPhrase(end)
}
