import { z } from 'zod'
import type { Config } from '../../config/config.js'
import { type Finding, fail, ok, warn } from '../../core/doctor/finding.js'
import { askPlatform } from './ask-platform.js'

const API_ROOT = 'https://api.telegram.org'
const ME = z.object({
  result: z.object({ username: z.string().optional(), can_read_all_group_messages: z.boolean().optional() }),
})

/** Whether Telegram knows the token, and whether the bot hears what groups say. */
export async function checkTelegram({
  telegram,
  sandbox,
}: Pick<Config, 'telegram' | 'sandbox'>): Promise<Finding[]> {
  if (sandbox.on) return [ok('telegram_sandbox')]
  if (telegram.token === null) return [ok('telegram_off')]
  const answer = await askPlatform(`${telegram.apiRoot ?? API_ROOT}/bot${telegram.token}/getMe`, ME)
  switch (answer.status) {
    case 'refused':
      return [fail('telegram_token_wrong')]
    case 'silent':
      return [warn('telegram_silent', { reason: answer.reason })]
    case 'ok': {
      const { username = '?', can_read_all_group_messages: hearsAll } = answer.body.result
      const known = ok('telegram_ok', { username })
      return hearsAll === false ? [known, warn('telegram_privacy_on', { username })] : [known]
    }
    default:
      return answer satisfies never
  }
}
