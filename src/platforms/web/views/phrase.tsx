import type { Phrase } from '../../../core/linking/phrase.js'
import { phraseValues } from '../../../i18n/phrase-values.js'
import type { Ui } from './ui.js'

/** Sentences that name a bot's command are said in the site's own way. */
const HERE: Record<string, string> = {
  'linking:end.expired': 'weblink:end.expired',
  'linking:end.refused.slot_taken': 'weblink:end.slot_taken',
  'linking:end.refused.changed': 'weblink:end.changed',
  'linking:unlink.ask_elsewhere': 'weblink:unlink.ask_elsewhere',
}

/** A sentence of core in the reader's language. Plain text: JSX escapes it. */
export function phraseText(ui: Ui, { key, values }: Phrase): string {
  const reader = { locale: ui.locale, timeZone: ui.timeZone, t: ui.t }
  return ui.t(HERE[key] ?? key, phraseValues(values, reader))
}
