/** Words of the admins' lists of events and deliveries; part of the namespace `admin`. */
export const adminLists = {
  filter: {
    kind: 'Kind of event',
    platform: 'Platform',
    destination: 'Where to',
    state: 'State',
    member: 'Account number',
    all: 'All',
    submit: 'Show',
    short: 'The newest 5000 rows were looked at. Earlier ones follow.',
  },
  origin: {
    telegram: 'Telegram',
    discord: 'Discord',
    website: 'Website',
    api: 'API keys',
    system: 'The program itself',
  },
  event_state: { waiting: 'waits for delivery', done: 'processed' },
  delivery_state: {
    failed: 'not delivered',
    open: 'waiting',
    delivered: 'delivered',
    skipped: 'not needed',
  },
  destination: {
    telegram: 'a notice in Telegram',
    discord: 'a notice in Discord',
    discord_roles: 'a role in Discord',
    telegram_account: 'an important message in Telegram',
    discord_account: 'an important message in Discord',
    website_mail: 'a letter by e-mail',
  },
  deliveries: {
    title: {
      failed: 'Not delivered',
      open: 'Waiting for delivery',
      delivered: 'Delivered',
      skipped: 'Delivery was not needed',
    },
    note: 'The program gave up after several attempts. Mend the reason and try again.',
    none: 'Everything was delivered.',
    nothing: 'There is nothing here.',
    to: 'to: {{place}}',
    attempts_one: '{{n}} attempt',
    attempts_other: '{{n}} attempts',
    retry: 'Again',
    retry_all: 'Try all again',
    events: 'Events',
    no_events: 'There are no events.',
  },
  failure: {
    blocked: {
      why: 'The person blocked the bot or never started it.',
      mend: 'Nothing to do: once they write to the bot, messages go out again.',
    },
    chat_gone: {
      why: 'This Telegram chat is gone.',
      mend: 'If the group became a supergroup, write /here in it.',
    },
    dm_closed: {
      why: 'The person closed direct messages in Discord.',
      mend: 'Only they can open them: server settings → Privacy.',
    },
    no_right: {
      why: 'The bot lacks rights in this place.',
      mend: 'Let the bot write and “Manage Roles”, then try again.',
    },
    channel_gone: {
      why: 'The Discord channel or server was deleted.',
      mend: 'Choose another channel with /setup, then try again.',
    },
    member_gone: {
      why: 'The member left the Discord server.',
      mend: 'Nothing to do: when they return, the role returns.',
    },
    wrong_token: {
      why: 'The platform did not accept the bot’s token.',
      mend: 'Set the right TELEGRAM_BOT_TOKEN or DISCORD_TOKEN and restart; ttfd doctor checks it.',
    },
    limited: {
      why: 'The platform asks to send less often.',
      mend: 'Wait a few minutes and try again.',
    },
    platform_down: {
      why: 'The platform was out of order.',
      mend: 'Try again once it works.',
    },
    answer_lost: {
      why: 'The platform’s answer got lost: it may have arrived.',
      mend: 'Another try may reach the person twice. If it matters, try again.',
    },
    unreachable: {
      why: 'The platform cannot be reached.',
      mend: 'Check the server’s network (ttfd doctor) and try again.',
    },
    not_configured: {
      why: 'No bot is set up for this place.',
      mend: 'Set the bot’s token in the environment and restart, then try again.',
    },
    refused: {
      why: 'The platform refused.',
      mend: 'Its words are below. Mend the reason and try again.',
    },
    unknown: {
      why: 'An unusual reason.',
      mend: 'What the program wrote down is below; its log says more.',
    },
  },
}
