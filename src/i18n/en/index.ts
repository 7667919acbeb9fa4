import { app } from './app.js'
import { cli } from './cli.js'
import { common } from './common.js'
import { config } from './config.js'
import { sandbox } from './sandbox.js'
import { sandboxDiscord } from './sandbox-discord.js'
import { telegram } from './telegram.js'
import { web } from './web.js'

export const en = { app, cli, common, config, web, sandbox, sandboxDiscord, telegram }
