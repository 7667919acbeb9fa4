import type { Deliverer } from '../../core/deliveries/delivery.js'
import type { AppContext } from '../context.js'
import { createLetterDeliverer } from './account-letters.js'
import { readSmtpUrl, smtpSender } from './smtp.js'

/** Carries letters of the sync worker; null where no mail server is set. */
export function createLetterCarrier(context: AppContext): Deliverer | null {
  const { config, now } = context
  const { smtpUrl } = config.mail
  if (!smtpUrl) return null
  const send = smtpSender(readSmtpUrl(smtpUrl, config.http.publicUrl), now)
  // The site's address is final only once its port is open.
  return createLetterDeliverer({ send, siteUrl: () => context.siteUrl(), timeZone: config.timeZone })
}
