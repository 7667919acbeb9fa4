import { discordId } from './old-records.js'

/** One record of a store under its id; `json`: word for word, where no object could say it. */
export type Entry = { id: string; record?: object; json?: string }
type Trap = Entry & { what: string }

/** Ids of traps lie below those of the other invented people. */
const person = (n: number) => String(1_000 + n)
const claimed = discordId(7_000_001)
const proven = discordId(7_000_002)

/** What the old Telegram bot's store is known for. */
export function telegramTraps(): Trap[] {
  return [
    { id: person(1), what: 'numbers as text', record: { telegram_id: person(1), xp: '1500', coins: '20' } },
    { id: person(2), what: 'a fraction', record: { telegram_id: person(2), xp: 12.7, coins: 3.2 } },
    { id: person(3), what: 'negative XP', record: { telegram_id: person(3), xp: -40, coins: 1 } },
    { id: person(4), what: 'too much XP', record: { telegram_id: person(4), xp: 2e9, coins: 1 } },
    { id: person(5), what: 'nothing but an id', record: { telegram_id: person(5), xp: null } },
    { id: person(6), what: 'no record', json: '17' },
    { id: person(7), what: 'twice, the later one counts', record: { telegram_id: person(7), xp: 1 } },
    { id: person(7), what: 'twice, the later one counts', record: { telegram_id: person(7), xp: 70 } },
    {
      id: person(8),
      what: 'claims an id that another claims',
      record: { telegram_id: person(8), xp: 8, discord_id: claimed },
    },
    {
      id: person(9),
      what: 'claims an id that another claims',
      record: { telegram_id: person(9), xp: 9, discord_id: claimed },
    },
    {
      id: person(10),
      what: 'claims an id that somebody else proved',
      record: { telegram_id: person(10), xp: 10, discord_id: proven },
    },
    {
      id: person(11),
      what: 'both sides name each other',
      record: { telegram_id: person(11), xp: 11, discord_id: proven },
    },
    {
      id: person(12),
      what: 'a Discord id as a number',
      json: `{"telegram_id":"${person(12)}","xp":12,"discord_id":${discordId(7_000_003)}}`,
    },
    {
      id: person(13),
      what: 'a name that means harm',
      record: { telegram_id: person(13), first_name: '=HYPERLINK("x")\u202e<b>|', xp: 13 },
    },
    {
      id: person(14),
      what: 'banned',
      record: { telegram_id: person(14), xp: 14, is_banned: true, ban_reason: 'спам' },
    },
    {
      id: person(15),
      what: 'a forbidden key',
      json: `{"telegram_id":"${person(15)}","xp":15,"__proto__":{"admin":true}}`,
    },
    {
      id: person(16),
      what: 'a time in the future',
      record: { telegram_id: person(16), xp: 16, last_active: '2999-01-01T00:00:00' },
    },
    {
      id: person(18),
      what: 'words that Python writes for numbers',
      json: `{"telegram_id":"${person(18)}","xp":NaN,"coins":1}`,
    },
    {
      id: person(19),
      what: 'words that Python writes for numbers',
      json: `{"telegram_id":"${person(19)}","xp":19,"coins":-Infinity}`,
    },
    {
      id: person(20),
      what: 'too deep',
      json: `{"telegram_id":"${person(20)}","xp":20,"inventory":${'['.repeat(40)}${']'.repeat(40)}}`,
    },
    {
      id: person(21),
      what: 'text that no database takes',
      json: `{"telegram_id":"${person(21)}","xp":21,"first_name":"a\\u0000b\\ud800","inventory":["x\\u0000y\\ud83d"]}`,
    },
    {
      id: person(22),
      what: 'a filler for a time',
      record: { telegram_id: person(22), xp: 22, created_at: '0001-01-01T00:00:00' },
    },
    { id: person(17), what: 'another id inside', record: { telegram_id: '999', xp: 17 } },
    { id: '777000', what: 'not a person', record: { telegram_id: '777000', xp: 1 } },
    { id: 'abc', what: 'no id', record: { xp: 1 } },
  ]
}

/** What the old Discord bot's store is known for. */
export function discordTraps(): Trap[] {
  const second = discordId(7_000_004)
  const third = discordId(7_000_005)
  return [
    { id: claimed, what: 'claimed by two', record: { id: claimed, username: 'Unknown', xp: 100 } },
    {
      id: proven,
      what: 'proved its Telegram',
      record: { id: proven, username: 'proven', xp: 200, telegram_id: person(11) },
    },
    { id: second, what: 'two prove one Telegram', record: { id: second, xp: 4, telegram_id: person(5) } },
    { id: third, what: 'two prove one Telegram', record: { id: third, xp: 5, telegram_id: person(5) } },
  ]
}

/** What the old website's store is known for. */
export function websiteTraps(): Trap[] {
  const site = (n: number, what: string, record: object): Trap => ({
    id: String(n),
    what,
    record: { id: n, ...record },
  })
  return [
    site(1, 'claims an id that two others claim', {
      email: 'claims@example.org',
      username: 'a',
      discord_id: claimed,
    }),
    site(2, 'one address but for case', { email: 'Twice@example.org', username: 'b' }),
    site(3, 'one address but for case', { email: 'twice@example.org', username: 'c' }),
    site(4, 'no address and no claim', { email: null, username: 'd' }),
    site(5, 'two ids in one record', {
      email: `${discordId(7_000_006)}@discord.user`,
      discord_id: discordId(7_000_007),
    }),
    site(6, 'no address at all', {
      email: 'not an address',
      username: 'f',
      discord_id: discordId(7_000_008),
    }),
    site(7, 'joined closed', {
      email: 'closed@example.org',
      username: 'g',
      discord_id: proven,
      password: 'zz',
    }),
  ]
}
