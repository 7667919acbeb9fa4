/** An event as a deliverer sees it. */
export type DeliveredEvent = {
  id: string
  type: string
  source: string
  data: Record<string, unknown>
  createdAt: Date
}

/** Whom a delivery concerns, as of now: settings and names may have changed since the event. */
export type Recipient = {
  accountId: number
  displayName: string
  locale: string | null
  telegramId: string | null
  discordId: string | null
  /** The account's address now. */
  email: string | null
  /** The person wants notices on the platform of this delivery. */
  notices: boolean
  /** Between which hours of the community day he wants no sound; none: between 23 and 9. */
  quiet?: QuietHours | null
  /** The Telegram bot may write to the person. */
  telegramReachable: boolean
  /** Notices already sent to the person on this community day. */
  noticesToday: number
}

/** Hours of the community day, 0 to 23; equal: never quiet. */
export type QuietHours = { from: number; to: number }

/** What is due for one account at one place: the oldest open delivery and all that came after it. */
export type Delivery = {
  destination: string
  accountId: number
  /** The one identity that it is for (then `recipient` names it, also when it has left); null: the account's own there. */
  recipientId: string | null
  token: string
  attempts: number
  events: DeliveredEvent[]
  recipient: Recipient | null
  /** Seconds since the oldest of the events. */
  ageSeconds: number
  /** An earlier attempt may have arrived though nobody knows (the process died, or the answer was lost). */
  maybeArrived: boolean
  /** The same happened again when it was sent once more. */
  resent: boolean
}

/** A delivery as it is leased: with what the worker needs for its end. */
export type ClaimedDelivery = Delivery & {
  rows: DeliveryRow[]
  /** Its place in the order of what is due. */
  place: { us: number; id: number }
}

type DeliveryRow = {
  id: number
  eventId: string
  /** The event goes to other destinations too. */
  hasSiblings: boolean
}

/** How a delivery ended. */
export type DeliveryOutcome =
  | { status: 'delivered' }
  /** Nothing had to be done, and that is the end of it. */
  | { status: 'skipped'; why: string }
  /** Told to wait, or the hour is wrong: not an attempt. */
  | { status: 'later'; seconds: number; why: string }
  /** Failed, may be tried again. */
  | { status: 'retry'; error: string }
  /** The request left, its answer never came. */
  | { status: 'unknown'; error: string }
  /** No later attempt can succeed. */
  | { status: 'failed'; error: string }

/** Carries due events to one kind of place. `signal` ends before the lease does. */
export type Deliverer = (delivery: Delivery, signal: AbortSignal) => Promise<DeliveryOutcome>

/**
 * `telegram` and `discord` carry notices, `discord_roles` the rank role. `telegram_account` and `discord_account` carry
 * what a person must be told or asked at once about his own account (link questions and their ends, unlinking):
 * lanes of their own, because a notice that waits for the morning holds up what comes after it. Neither quiet hours
 * nor the person's choice of notices apply there. `website_mail` tells the same to a proven address, by letter.
 */
export const DESTINATIONS = [
  'telegram',
  'discord',
  'discord_roles',
  'telegram_account',
  'discord_account',
  'website_mail',
] as const
export type Destination = (typeof DESTINATIONS)[number]

/** Where sending twice does no harm: after a crash it is sent again, however late. */
export const REPEATABLE: ReadonlySet<string> = new Set<Destination>(['website_mail'])
