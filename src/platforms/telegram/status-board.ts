import { StatusBoard } from '../../observability/status-board.js'
import type { TelegramState, TelegramStatus } from './types.js'

/** The bot's state as others see it. */
export class TelegramStatusBoard extends StatusBoard<TelegramState, TelegramStatus> {
  constructor(now: () => Date) {
    super(now, { state: 'starting', since: now() })
  }

  /** What Telegram said of the bot itself. */
  introduce(username: string, privacyModeOn: boolean): void {
    this.note({ username, privacyModeOn })
  }
}
