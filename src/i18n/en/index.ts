import { admin } from './admin.js'
import { api } from './api.js'
import { app } from './app.js'
import { auth } from './auth.js'
import { backup } from './backup.js'
import { bench } from './bench.js'
import { cli } from './cli.js'
import { common } from './common.js'
import { compaction } from './compaction.js'
import { config } from './config.js'
import { deeplink } from './deeplink.js'
import { deletion } from './deletion.js'
import { discord } from './discord.js'
import { doctor } from './doctor.js'
import { imports } from './import.js'
import { linking } from './linking.js'
import { mail } from './mail.js'
import { merging } from './merging.js'
import { pictures } from './pictures.js'
import { profile } from './profile.js'
import { restrictions } from './restrictions.js'
import { sandbox } from './sandbox.js'
import { sandboxDiscord } from './sandbox-discord.js'
import { settings } from './settings.js'
import { statement } from './statement.js'
import { telegram } from './telegram.js'
import { web } from './web.js'
import { weblink } from './weblink.js'

export const en = {
  admin,
  api,
  app,
  auth,
  backup,
  bench,
  cli,
  common,
  compaction,
  deeplink,
  deletion,
  discord,
  config,
  doctor,
  import: imports,
  linking,
  mail,
  merging,
  pictures,
  restrictions,
  profile,
  statement,
  web,
  weblink,
  sandbox,
  sandboxDiscord,
  settings,
  telegram,
}
