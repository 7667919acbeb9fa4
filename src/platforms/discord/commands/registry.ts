import { keepButtons } from '../deletion/keep.js'
import { getCodeCommand, linkButtons, linkCommand } from '../linking/link-commands.js'
import { putBackButtons } from '../linking/put-back-buttons.js'
import { undoButtons } from '../linking/undo-buttons.js'
import { checkLinkCommand, unlinkButtons, unlinkCommand } from '../linking/unlink-commands.js'
import type { ButtonKind, Command } from './command.js'
import { coinFlipCommand, dailyCommand, diceCommand, workCommand } from './earn.js'
import { helpCommand } from './help.js'
import { balanceCommand, profileCommand, profileMenu, rankCommand } from './profile.js'
import { settingsButtons, settingsCommand } from './settings.js'
import { setupCommand } from './setup.js'
import { topButtons, topCommand } from './top.js'
import { whyButtons, whyCommand } from './why.js'

/** Every command of the bot, in the order in which help would list them. */
export const COMMANDS: readonly Command[] = [
  profileCommand,
  rankCommand,
  balanceCommand,
  topCommand,
  dailyCommand,
  diceCommand,
  coinFlipCommand,
  workCommand,
  whyCommand,
  linkCommand,
  getCodeCommand,
  checkLinkCommand,
  unlinkCommand,
  settingsCommand,
  helpCommand,
  setupCommand,
  profileMenu,
]

/** Every kind of button. */
export const BUTTONS: readonly ButtonKind[] = [
  topButtons,
  whyButtons,
  settingsButtons,
  linkButtons,
  unlinkButtons,
  undoButtons,
  putBackButtons,
  keepButtons,
]
