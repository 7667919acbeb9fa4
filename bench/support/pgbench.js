// pgbench as the outside measure: the same PostgreSQL, our schema, in rounds between ours.
// @ts-check
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Keys grow as those of real messages do, for each client by itself. */
const NEXT_KEY = `
\\set id random(1, :accounts)
\\set n :n + 1
\\set key :first_key + :n * 64 + :client_id
`

/** What the smallest program would do for an award: one balance, one event. */
const ONE_AWARD = `${NEXT_KEY}
begin;
update unified_users set xp = xp + 5, last_active = now() where id = :id;
insert into cross_platform_events (user_id, event_type, source_platform, xp_delta, data, dedupe_key, processed, processed_at)
  values (:id, 'message_sent', 'discord', 5, '{"delta_xp": 5}', 'discord/message/' || :key, true, now());
commit;
`

/** Limits as long as those of a busy member, of days so old that they limit nobody. */
const LIMITS = literal({
  paid: Array.from({ length: 10 }, (_, n) => 1_577_836_800 + n * 1_200),
  prints: Array.from({ length: 5 }, (_, n) => [1_577_836_800 + n * 1_200, `0123456789abcde${n}`]),
  days: { '2020-01-01': { message_xp: 1_000 }, '2020-01-02': { message_xp: 915 } },
  daily: null,
  played: {},
})
const DATA = literal({
  length: 60,
  place: '1100000000000000001',
  delta_xp: 5,
  new_xp: 1_205,
  delta_coins: 0,
  new_coins: 150,
})

/** JSON in which pgbench sees no variables. @param {unknown} value */
function literal(value) {
  return JSON.stringify(value).replaceAll(':', ': ')
}

/** The same work as ours, one award a transaction: lock, limits, key look-up, and the daily sum too. */
const EQUAL_WORK = `${NEXT_KEY}
begin;
select telegram_id, discord_id, website_email, xp, coins, rank_id, highest_rank_paid, daily_streak
  from unified_users where id = :id for no key update;
select state from ttfd.account_limits where account_id = :id;
select user_id, event_type, xp_delta, coins_delta, data from cross_platform_events where dedupe_key = 'discord/message/' || :key;
update unified_users set xp = xp + 5, messages_sent = messages_sent + 1, current_season_xp = current_season_xp + 5,
  last_active = now() where id = :id;
update ttfd.account_limits set state = '${LIMITS}', updated_at = now() where account_id = :id;
insert into cross_platform_events (user_id, event_type, source_platform, xp_delta, data, dedupe_key, processed, processed_at)
  values (:id, 'message_sent', 'discord', 5, '${DATA}', 'discord/message/' || :key, true, now());
insert into ttfd.daily_rollups as r (account_id, day, source_platform, event_type, xp, coins, events)
  values (:id, current_date, 'discord', 'message_sent', 5, 0, 1)
  on conflict (account_id, day, source_platform, event_type) do update set xp = r.xp + 5, events = r.events + 1;
select pg_notify('ttfd_changed', :id::text);
commit;
`

const SCRIPTS = { one_award: ONE_AWARD, equal_work: EQUAL_WORK }

/**
 * Runs one round and tells transactions per second and the median latency in milliseconds.
 * @param {{ bin: string, url: string, script: keyof typeof SCRIPTS, clients: number, seconds: number, accounts: number }} options
 * @returns {Promise<{ perSecond: number, medianMs: number }>}
 */
export async function pgbench({ bin, url, script, clients, seconds, accounts }) {
  const directory = mkdtempSync(join(tmpdir(), 'ttfd-pgbench-'))
  try {
    const file = join(directory, 'script.sql')
    writeFileSync(file, SCRIPTS[script])
    const { hostname, port, pathname, username } = new URL(url)
    const threads = String(Math.min(clients, 2))
    const args = [
      '-n',
      '-M',
      'prepared',
      '-c',
      String(clients),
      '-j',
      threads,
      '-T',
      String(seconds),
      '-f',
      file,
    ]
    args.push(
      '-D',
      `accounts=${accounts}`,
      '-D',
      'n=0',
      '-D',
      // Of a year in which none of the bench's own awards lies.
      `first_key=${(BigInt(Date.now() - 1_420_070_400_000) << 22n) + (1n << 59n)}`,
      '-l',
      '-h',
      hostname,
      '-p',
      port,
      '-U',
      username,
      pathname.slice(1),
    )
    const output = await run(join(bin, 'pgbench'), args, directory)
    const perSecond = Number(/tps = ([\d.]+)/.exec(output)?.[1])
    if (!Number.isFinite(perSecond)) throw new Error(`pgbench told no rate:\n${output}`)
    return { perSecond, medianMs: medianLatency(directory) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** @param {string} directory */
function medianLatency(directory) {
  const micros = readdirSync(directory)
    .filter((name) => name.startsWith('pgbench_log'))
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').trim().split('\n'))
    .map((line) => Number(line.split(' ')[2]))
    .sort((a, b) => a - b)
  return (micros[Math.floor(micros.length / 2)] ?? Number.NaN) / 1000
}

/** @param {string} command @param {string[]} args @param {string} cwd @returns {Promise<string>} */
function run(command, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.once('error', () => reject(new Error(`${command} is missing; the bench has no measure without it`)))
    child.once('exit', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`pgbench failed:\n${output}`)),
    )
  })
}
