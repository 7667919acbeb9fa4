/** Lines that the program prints at start and stop: one for each part, so that an owner sees at a glance what works. */
export const app = {
  database_up: 'База данных: подключена ({{place}})',
  database_up_embedded: 'База данных: встроенная, открыта ({{place}})',
  database_migrated_one: 'База данных: применена {{n}} миграция',
  database_migrated_few: 'База данных: применены {{n}} миграции',
  database_migrated_many: 'База данных: применено {{n}} миграций',
  database_migrated_other: 'База данных: применено {{n}} миграции',
  database_down:
    'База данных: недоступна ({{place}}): {{reason}}. Боты и сайт работают и ждут её. Проверь: npx ttfd doctor',
  database_back: 'База данных: снова подключена',
  database_lost: 'База данных: связь потеряна: {{reason}}. Прогресс не пропадёт, жду её возвращения',
  worker_up: 'Синхронизация: запущена (проверка каждые {{seconds}} с)',
  telegram_up: 'Telegram: @{{username}} на связи',
  telegram_starting: 'Telegram: подключаюсь…',
  telegram_standby: 'Telegram: в запасе, обновления получает другая копия программы',
  telegram_waiting_database: 'Telegram: @{{username}} на связи, ждёт базу данных',
  telegram_wrong_token: 'Telegram: токен не подходит. Возьми новый у @BotFather и поставь TELEGRAM_BOT_TOKEN',
  telegram_conflict:
    'Telegram: обновления забирает другая программа с тем же токеном (409). Останови её, эта попробует снова через минуту',
  telegram_unreachable: 'Telegram: нет связи ({{detail}}), пробую снова',
  telegram_off: 'Telegram: выключен (нет TELEGRAM_BOT_TOKEN)',
  discord_up: 'Discord: {{name}} на связи',
  discord_starting: 'Discord: подключаюсь…',
  discord_waiting_database: 'Discord: {{name}} на связи, ждёт базу данных',
  discord_wrong_token:
    'Discord: токен не подходит. Возьми новый на странице разработчика и поставь DISCORD_TOKEN',
  discord_intent_missing:
    'Discord: {{name}} на связи, но без текста сообщений (4014). Включи Message Content Intent на странице бота: пока каждое сообщение приносит 5 XP',
  discord_unreachable: 'Discord: нет связи ({{detail}}), пробую снова',
  discord_standby: 'Discord: в запасе, с Discord работает другая копия программы',
  discord_off: 'Discord: выключен (нет DISCORD_TOKEN)',
  privacy_mode_on:
    'Telegram: включён режим приватности, бот не видит сообщений в группах. Выключи его у @BotFather (/setprivacy) и добавь бота в группу заново',
  web_up: 'Сайт: {{url}}',
  web_port_taken: 'Сайт: порт {{port}} занят. Останови то, что его держит, или поставь другой PORT',
  web_port_denied: 'Сайт: порт {{port}} не дали открыть. Поставь PORT больше 1023',
  sandbox_on: 'Песочница: {{url}} (люди и события придуманы, настоящие Telegram и Discord не задействованы)',
  sandbox_refused_accounts:
    'Песочница: в базе данных уже есть участники, а отметки песочницы нет. Настоящие данные не трогаю: укажи токены или SANDBOX=off',
  sandbox_refused_token:
    'База данных помечена как песочница, а токен настоящий. Возьми другую базу (DATABASE_URL или DATA_DIR), придуманные участники не должны смешаться с живыми',
  newer_schema:
    'База данных обновлена более новой версией программы ({{detail}}). Обнови программу: git pull && npm ci',
  changed_migration:
    'Файл миграции изменён после применения ({{detail}}). Верни файлы из репозитория: git checkout migrations',
  clock_off:
    'Часы этой машины и базы данных расходятся на {{seconds}} с. Считаю по часам базы; поправь: sudo timedatectl set-ntp true',
  clock_far_off:
    'Часы этой машины и базы данных расходятся на {{detail}} с. Поправь их и запусти программу снова: sudo timedatectl set-ntp true',
  directory_in_use:
    'Папку данных {{directory}} уже держит другой процесс ({{pid}}). Останови его или выбери другой DATA_DIR',
  rehearsal: 'Начисления выключены (PAY=off): всё записывается, ничего не выплачивается',
  ready: 'Готово.',
  stopping: 'Останавливаюсь…',
  stopped: 'Остановлено.',
}
