import { StatusBoard } from '../../observability/status-board.js'
import type { DiscordState, DiscordStatus, PrivilegedIntent } from './types.js'

/** The bot's state as others see it. */
export class DiscordStatusBoard extends StatusBoard<DiscordState, DiscordStatus> {
  constructor(now: () => Date) {
    super(now, { state: 'starting', messageContent: true, missingIntents: [], since: now() })
  }

  /** Connected: `up`, or `intent_missing` with the switches to press. */
  connected(missing: readonly PrivilegedIntent[]): void {
    this.note({ missingIntents: missing, messageContent: !missing.includes('MessageContent') })
    if (missing.length === 0) this.set('up')
    else this.set('intent_missing', `turn on in the developer portal, Bot: ${missing.join(', ')}`)
  }

  introduce(name: string): void {
    this.note({ name })
  }
}
