/** Lines that the program prints at start and stop: one for each part, so that an owner sees at a glance what works. */
export const app = {
  database_up: 'Database: connected ({{place}})',
  database_up_embedded: 'Database: embedded, open ({{place}})',
  database_migrated_one: 'Database: {{n}} migration applied',
  database_migrated_other: 'Database: {{n}} migrations applied',
  database_down:
    'Database: not available ({{place}}): {{reason}}. Bots and site are up and wait for it. Check: npx ttfd doctor',
  database_back: 'Database: connected again',
  database_lost: 'Database: connection lost: {{reason}}. No progress is lost, waiting for it to return',
  worker_up: 'Sync worker: started (looks every {{seconds}} s)',
  telegram_up: 'Telegram: @{{username}} is up',
  telegram_starting: 'Telegram: connecting…',
  telegram_standby: 'Telegram: standing by, another copy of the program receives the updates',
  telegram_waiting_database: 'Telegram: @{{username}} is up and waits for the database',
  telegram_wrong_token:
    'Telegram: the token is refused. Get a new one from @BotFather and set TELEGRAM_BOT_TOKEN',
  telegram_conflict:
    'Telegram: another program takes the updates of this token (409). Stop it; this one tries again in a minute',
  telegram_unreachable: 'Telegram: cannot be reached ({{detail}}), trying again',
  telegram_off: 'Telegram: off (no TELEGRAM_BOT_TOKEN)',
  discord_up: 'Discord: {{name}} is up',
  discord_starting: 'Discord: connecting…',
  discord_waiting_database: 'Discord: {{name}} is up and waits for the database',
  discord_wrong_token:
    'Discord: the token is refused. Get a new one on the developer page and set DISCORD_TOKEN',
  discord_intent_missing:
    'Discord: {{name}} is up, but sees no message text (4014). Switch on the Message Content Intent on the bot page: until then each message brings 5 XP',
  discord_unreachable: 'Discord: cannot be reached ({{detail}}), trying again',
  discord_standby: 'Discord: standing by, another copy of the program serves Discord',
  discord_off: 'Discord: off (no DISCORD_TOKEN)',
  privacy_mode_on:
    'Telegram: privacy mode is on, the bot does not see group messages. Switch it off with @BotFather (/setprivacy) and add the bot to the group again',
  web_up: 'Site: {{url}}',
  web_port_taken: 'Site: port {{port}} is taken. Stop what holds it or set another PORT',
  web_port_denied: 'Site: port {{port}} may not be opened. Set PORT above 1023',
  sandbox_on: 'Sandbox: {{url}} (people and events are made up, the real Telegram and Discord are not used)',
  sandbox_refused_accounts:
    'Sandbox: the database has members already and no sandbox mark. Real data stay untouched: set tokens or SANDBOX=off',
  sandbox_refused_token:
    'The database is marked as a sandbox, but the token is real. Use another database (DATABASE_URL or DATA_DIR): made-up members must not mix with living ones',
  newer_schema:
    'The database was migrated by a newer version of the program ({{detail}}). Update: git pull && npm ci',
  changed_migration:
    'A migration file was changed after it was applied ({{detail}}). Restore it: git checkout migrations',
  clock_off:
    'The clocks of this machine and of the database are {{seconds}} s apart. The database’s count; to mend: sudo timedatectl set-ntp true',
  clock_far_off:
    'The clocks of this machine and of the database are {{detail}} s apart. Mend them and start again: sudo timedatectl set-ntp true',
  directory_in_use:
    'The data directory {{directory}} is held by another process ({{pid}}). Stop it or choose another DATA_DIR',
  rehearsal: 'Payments are off (PAY=off): everything is recorded, nothing is paid',
  ready: 'Ready.',
  stopping: 'Stopping…',
  stopped: 'Stopped.',
}
