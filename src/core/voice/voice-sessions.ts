import { sql } from 'kysely'
import { type Database, type Reader, runnerOf, type Tx } from '../../db/connect.js'
import { isUnavailable } from '../../db/unavailable.js'
import { type ApplyContext, applyAwards } from '../progression/apply-awards.js'
import type { Award } from '../progression/award.js'
import type { Rules } from '../progression/rules.js'
import { type VoiceMinute, type VoiceSession, type VoiceSnapshot, voiceMinuteKey } from './voice-machine.js'

export type VoiceContext = { rules: Rules; newId: () => string }

export type VoiceSaved = {
  /** Sessions that another process has taken over. */
  lost: string[]
  /** People whose account was made by these minutes. */
  created: string[]
}

/** People per transaction; others wait that long at most for an account that is among them. */
const CHUNK = 200
const ATTEMPTS_MAX = 4

/**
 * Pays the completed minutes and stores where every session stands, both in one transaction, so that no crash pays a
 * part of a minute twice or never. Set-based: a thousand people cost a handful of statements. A person whom the
 * database refuses is left out and reported by `onRefused`; an outage throws, and the same snapshot may come again.
 */
export async function saveVoice(
  db: Database,
  snapshot: VoiceSnapshot,
  context: VoiceContext,
  onRefused: (discordId: string, error: unknown) => void,
): Promise<VoiceSaved> {
  const people = peopleOf(snapshot)
  const saved: VoiceSaved = { lost: [], created: [] }
  for (let at = 0; at < people.length; at += CHUNK) {
    await saveChunk(db, people.slice(at, at + CHUNK), context, saved, onRefused)
  }
  return saved
}

type Person = {
  discordId: string
  session: VoiceSession | null
  endedIn: string | null
  minutes: VoiceMinute[]
}

function peopleOf({ open, ended, minutes }: VoiceSnapshot): Person[] {
  const people = new Map<string, Person>()
  const person = (discordId: string): Person => {
    const known = people.get(discordId) ?? { discordId, session: null, endedIn: null, minutes: [] }
    people.set(discordId, known)
    return known
  }
  for (const session of open) person(session.discordId).session = session
  for (const { discordId, guildId } of ended) person(discordId).endedIn = guildId
  for (const minute of minutes) person(minute.discordId).minutes.push(minute)
  return [...people.values()]
}

async function saveChunk(
  db: Database,
  people: readonly Person[],
  context: VoiceContext,
  saved: VoiceSaved,
  onRefused: (discordId: string, error: unknown) => void,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const done = await db.transaction((tx) => saveIn(tx, people, { ...context, keyedHash: db.keyedHash }))
      saved.lost.push(...done.lost)
      saved.created.push(...done.created)
      return
    } catch (error) {
      if (isUnavailable(error)) throw error
      // Two processes made the same account or session at once: the second finds the first one's.
      if ((error as { code?: string }).code === '23505' && attempt < ATTEMPTS_MAX) continue
      const [first] = people
      if (people.length === 1 && first) return onRefused(first.discordId, error)
      const middle = Math.ceil(people.length / 2)
      await saveChunk(db, people.slice(0, middle), context, saved, onRefused)
      await saveChunk(db, people.slice(middle), context, saved, onRefused)
      return
    }
  }
}

async function saveIn(tx: Tx, people: readonly Person[], context: ApplyContext): Promise<VoiceSaved> {
  const ids = people.map((one) => one.discordId)
  const { rows } = await sql<{ discord_id: string; guild_id: string }>`
    select discord_id, guild_id from ttfd.voice_sessions where discord_id = any(${ids}::text[])
    order by discord_id for update`.execute(tx)
  const holder = new Map(rows.map((row) => [row.discord_id, row.guild_id]))
  const isLost = (one: Person) => {
    const held = holder.get(one.discordId)
    const mine = one.session?.guildId ?? one.endedIn
    return held !== undefined && mine !== null && held !== mine && !one.session?.fresh
  }
  const lost = people.filter(isLost)
  const kept = people.filter((one) => !lost.includes(one))

  // Who left has his minutes whoever watches him now; of a session that was taken over the other counts the time.
  const awards = people
    .filter((one) => kept.includes(one) || !one.session)
    .flatMap((one) => one.minutes)
    .sort((a, b) => a.completedAt.getTime() - b.completedAt.getTime())
    .map(voiceAward)
  const applied = awards.length === 0 ? [] : await applyAwards(runnerOf(tx), awards, context)
  const created = awards
    .filter((_, index) => {
      const outcome = applied[index]
      return outcome && 'status' in outcome && outcome.status === 'recorded' && outcome.created
    })
    .map(({ who }) => ('id' in who ? who.id : ''))

  const open = kept.flatMap((one) => (one.session ? [one.session] : []))
  if (open.length > 0) await storeSessions(tx, open)
  const over = kept.filter((one) => !one.session).map((one) => one.discordId)
  if (over.length > 0) {
    await tx.deleteFrom('ttfd.voice_sessions').where('discord_id', 'in', over).execute()
  }
  return { lost: lost.map((one) => one.discordId), created }
}

async function storeSessions(tx: Tx, open: readonly VoiceSession[]): Promise<void> {
  await sql`
    insert into ttfd.voice_sessions (discord_id, guild_id, channel_id, eligible, accrued_ms, watched_until, started_at)
    select * from unnest(${open.map((s) => s.discordId)}::text[], ${open.map((s) => s.guildId)}::text[],
      ${open.map((s) => s.channelId)}::text[], ${open.map((s) => s.eligible)}::boolean[],
      ${open.map((s) => Math.floor(s.accruedMs))}::int[], ${open.map((s) => s.watchedUntil)}::timestamptz[],
      ${open.map((s) => s.startedAt)}::timestamptz[])
    on conflict (discord_id) do update set guild_id = excluded.guild_id, channel_id = excluded.channel_id,
      eligible = excluded.eligible, accrued_ms = excluded.accrued_ms, watched_until = excluded.watched_until`.execute(
    tx,
  )
}

/** A completed minute as the one door takes it. */
export function voiceAward(minute: VoiceMinute): Award {
  return {
    key: voiceMinuteKey(minute),
    who: { platform: 'discord', id: minute.discordId },
    occurredAt: minute.completedAt,
    source: 'discord',
    act: { type: 'voice_minute', multiplier: minute.multiplier, place: minute.place },
    create: minute.facts,
  }
}

export type StoredVoice = { discordId: string; accruedMs: number; startedAt: Date }

/** Sessions of one guild as they were stored last. */
export async function readVoiceSessions(reader: Reader, guildId: string): Promise<StoredVoice[]> {
  const rows = await reader
    .selectFrom('ttfd.voice_sessions')
    .select(['discord_id', 'accrued_ms', 'started_at'])
    .where('guild_id', '=', guildId)
    .execute()
  return rows.map((row) => ({
    discordId: row.discord_id,
    accruedMs: row.accrued_ms,
    startedAt: row.started_at,
  }))
}

/** Ends stored sessions of people who left while nobody watched. */
export async function endVoiceSessions(
  db: Database,
  guildId: string,
  discordIds: readonly string[],
): Promise<void> {
  if (discordIds.length === 0) return
  await db.kysely
    .deleteFrom('ttfd.voice_sessions')
    .where('guild_id', '=', guildId)
    .where('discord_id', 'in', [...discordIds])
    .execute()
}
