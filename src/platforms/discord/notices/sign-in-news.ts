import type { DeliveredEvent } from '../../../core/deliveries/delivery.js'
import { deviceFrom } from '../../../core/website/device.js'
import { deviceName } from '../../../core/website/device-name.js'
import { lines, type Words } from '../render/words.js'

/** What a person is told after the fact: that somebody signed in on the website, that a password was set there. */
export function signInNews(words: Words, { type, data }: DeliveredEvent, siteUrl: string): string {
  if (type === 'login_changed' && data.what === 'email') {
    return lines(
      words.say('settings:news.email'),
      words.say('settings:news.email_hint', { url: words.raw(`${siteUrl}/settings/sessions`) }),
    )
  }
  if (type === 'login_changed') {
    return lines(
      words.say('auth:bot.password_set'),
      words.say('auth:bot.password_hint', { url: words.raw(`${siteUrl}/forgot`) }),
    )
  }
  const how = words.plain(`auth:bot.how.${data.by === 'operator' ? 'operator' : 'telegram'}`)
  const device = deviceName(words.plain, deviceFrom(data))
  return lines(
    words.say('auth:bot.signed_in', { device, how }),
    words.say('auth:bot.signed_in_hint', { url: words.raw(`${siteUrl}/settings/sessions`) }),
  )
}
