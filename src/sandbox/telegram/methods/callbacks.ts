import type { Method } from '../backend.js'
import { badRequest } from '../errors.js'
import { countCharacters } from '../text/formatted.js'

const ANSWER_MAX = 200

export const answerCallbackQuery: Method = (backend, { params }) => {
  const text = params.text('text').trim()
  if (countCharacters(text) > ANSWER_MAX) throw badRequest('MESSAGE_TOO_LONG')
  const query = backend.callbacks.take(params.text('callback_query_id'))
  const url = params.text('url')
  backend.world.journal.append({
    kind: 'answered',
    query,
    answer: { text, alert: params.flag('show_alert'), url: url === '' ? undefined : url },
  })
  return true
}
