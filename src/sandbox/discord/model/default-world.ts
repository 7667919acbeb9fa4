import { type Locale, translator } from '../../../i18n/translate.js'
import type { World } from './world.js'
import type { GuildSpec, PersonSpec } from './world-builder.js'
import { WorldBuilder } from './world-builder.js'

const TTFD_MADE_AT = Date.UTC(2021, 8, 1, 15, 0, 0, 500)
const FOREIGN_MADE_AT = Date.UTC(2022, 1, 11, 18, 20, 0, 501)

const RIGHTS_OF_BOT = [
  'MANAGE_ROLES',
  'MANAGE_MESSAGES',
  'VIEW_AUDIT_LOG',
  'VIEW_CHANNEL',
  'SEND_MESSAGES',
  'SEND_MESSAGES_IN_THREADS',
  'EMBED_LINKS',
  'ATTACH_FILES',
  'READ_MESSAGE_HISTORY',
] as const

const TIERS = [
  ['f', 'F', 0x95a5a6],
  ['e', 'E', 0x34495e],
  ['d', 'D', 0x616a6b],
  ['c', 'C', 0x2e4053],
  ['b', 'B', 0x641e16],
  ['a', 'A', 0x4a235a],
  ['s', 'S', 0xff0000],
] as const

/** A name that tries everything a name can do to a page: Markdown, mentions, a link, a right-to-left override. */
const TRICKY_NAME = '**@everyone** <@&1> `x` ||s|| \u202Eevil\u202C'

/**
 * Fills a world with two guilds and invented people. TTFD is the community's own guild; the other is a stranger's,
 * who added the public bot. Their ids fall to different shards of two.
 */
export function buildDefaultWorld(world: World, locale: Locale): void {
  const t = translator(locale)
  const say = (key: string): string => t(`sandboxDiscord:world.${key}`)
  const build = new WorldBuilder(world)
  build.person({ key: 'bot', username: 'ttfd', globalName: 'TTFD', bot: true }, world.botId)
  for (const person of peopleOf(say)) build.person(person)
  const home = build.guild(homeGuild(say, world.botId))
  build.guild(foreignGuild(say, world.botId))
  const news = [...home.channels.values()].find((one) => one.key === 'games')
  if (news) build.webhook('herald', say('webhook'), news)
}

function peopleOf(say: (key: string) => string): PersonSpec[] {
  return [
    {
      key: 'vera',
      username: 'vera.ttfd',
      globalName: say('vera'),
      picture: [0x35c9a5, 0x1b4fd8],
      email: 'vera@example.org',
      verified: true,
    },
    { key: 'mira', username: 'mira_m', globalName: say('mira'), email: 'mira@example.org', verified: true },
    { key: 'oleg', username: 'oleg77', globalName: say('oleg'), picture: [0xffb347, 0xd7263d] },
    {
      key: 'kate',
      username: 'kate',
      globalName: 'Kate',
      locale: 'en-GB',
      email: 'kate@example.com',
      verified: false,
    },
    {
      key: 'max',
      username: 'max_mod',
      globalName: say('max'),
      email: 'max@example.org',
      verified: true,
      closedDm: true,
    },
    { key: 'tricky', username: 'tricky', globalName: TRICKY_NAME, locale: 'en-US' },
    {
      key: 'sam',
      username: 'sam.the.stranger',
      globalName: 'Sam',
      locale: 'en-US',
      email: 'sam@example.net',
      verified: true,
    },
    { key: 'newcomer', username: 'lena_new', globalName: say('newcomer') },
    { key: 'jukebox', username: 'Jukebox', globalName: 'Jukebox', bot: true },
  ]
}

function homeGuild(say: (key: string) => string, botId: string): GuildSpec {
  return {
    key: 'ttfd',
    name: 'TTFD',
    owner: 'vera',
    locale: 'ru',
    madeAt: TTFD_MADE_AT,
    afk: 'afk',
    system: 'welcome',
    roles: [
      { key: 'player', name: say('player'), mentionable: true },
      ...TIERS.map(([key, letter, color]) => ({
        key: `tier-${key}`,
        name: `${say('tier')} ${letter}`,
        color,
        hoist: true,
      })),
      { key: 'booster', name: say('booster') },
      { key: 'bot', name: 'TTFD', color: 0x5865f2, hoist: true, permissions: RIGHTS_OF_BOT, botId },
      { key: 'legend', name: say('legend'), color: 0xf1c40f, hoist: true },
      {
        key: 'moderator',
        name: say('moderator'),
        color: 0x2ecc71,
        hoist: true,
        permissions: [
          'MANAGE_ROLES',
          'MANAGE_MESSAGES',
          'MUTE_MEMBERS',
          'DEAFEN_MEMBERS',
          'MOVE_MEMBERS',
          'KICK_MEMBERS',
        ],
      },
      { key: 'admin', name: say('admin'), color: 0xe74c3c, hoist: true, permissions: ['ADMINISTRATOR'] },
    ],
    channels: [
      { key: 'talk', name: say('talk'), type: 'category' },
      { key: 'welcome', name: say('welcome'), parent: 'talk' },
      {
        key: 'news',
        name: say('news'),
        type: 'announcement',
        parent: 'talk',
        rules: { everyone: { deny: ['SEND_MESSAGES'] }, moderator: { allow: ['SEND_MESSAGES'] } },
      },
      { key: 'general', name: say('general'), parent: 'talk', topic: say('generalTopic') },
      { key: 'games', name: say('games'), parent: 'talk' },
      { key: 'bots', name: say('bots'), parent: 'talk' },
      { key: 'staff', name: say('staff'), parent: 'talk', rules: hiddenExceptFor('moderator') },
      { key: 'forum', name: say('forum'), type: 'forum', parent: 'talk' },
      { key: 'thread', name: say('thread'), type: 'publicThread', parent: 'general', owner: 'mira' },
      { key: 'post', name: say('post'), type: 'publicThread', parent: 'forum', owner: 'oleg' },
      { key: 'voices', name: say('voices'), type: 'category' },
      { key: 'lounge', name: say('lounge'), type: 'voice', parent: 'voices' },
      { key: 'squad', name: say('squad'), type: 'voice', parent: 'voices', bitrate: 96_000 },
      { key: 'afk', name: 'AFK', type: 'voice', parent: 'voices', bitrate: 8_000 },
    ],
    members: {
      bot: ['bot'],
      vera: ['admin'],
      mira: ['player', 'booster'],
      oleg: ['player'],
      kate: [],
      max: ['moderator'],
      tricky: [],
      jukebox: [],
    },
  }
}

function foreignGuild(say: (key: string) => string, botId: string): GuildSpec {
  return {
    key: 'foreign',
    name: say('foreign'),
    owner: 'sam',
    locale: 'en-US',
    madeAt: FOREIGN_MADE_AT,
    roles: [{ key: 'foreign-bot', name: 'TTFD', permissions: RIGHTS_OF_BOT, botId }],
    channels: [
      { key: 'foreign-general', name: 'general' },
      { key: 'foreign-voice', name: 'Voice', type: 'voice' },
    ],
    members: { bot: ['foreign-bot'], sam: [], mira: [], kate: [] },
  }
}

function hiddenExceptFor(role: string): NonNullable<GuildSpec['channels'][number]['rules']> {
  return { everyone: { deny: ['VIEW_CHANNEL'] }, [role]: { allow: ['VIEW_CHANNEL'] } }
}
