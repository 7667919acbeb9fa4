import type {
  DiscordRecord,
  OldItem,
  OldRecord,
  ProvenLink,
  TelegramRecord,
  VoiceRecord,
  WebsiteRecord,
} from '../../src/import/records.js'
import type { Given } from './support.js'

/**
 * What an import into an empty database must make of old stores: slow, obvious, in plain loops, without a line of the
 * program. Source: domain.md section 6, safety.md *Import*.
 */
type ModelAccount = {
  telegram: string | null
  discord: string | null
  email: string | null
  /** The address is no way in: it only claimed the Discord account. */
  closed: boolean
  xp: number
  coins: number
  games: number
  voice: number
  messages: number
  streak: number
}

export type Model = {
  accounts: ModelAccount[]
  /** `kind claimant>claimed` of everything that is left to the owner. */
  queue: string[]
  /** Website records that stand on nothing. */
  held: string[]
}

function recordsIn(items: readonly (OldRecord | OldItem)[] = []): OldRecord[] {
  const records: OldRecord[] = []
  for (const item of items) {
    if (!('kind' in item)) records.push(item)
    else if (item.kind === 'record') records.push(item.record)
  }
  return records
}

function linksIn(given: Given): ProvenLink[] {
  const links: ProvenLink[] = []
  for (const items of Object.values(given)) {
    for (const item of items) if ('kind' in item && item.kind === 'link') links.push(item.link)
  }
  return links
}

export function modelOf(given: Given): Model {
  const telegrams = recordsIn(given.telegram) as TelegramRecord[]
  const discords = recordsIn(given.discord) as DiscordRecord[]
  const voices = recordsIn(given.voice) as VoiceRecord[]
  const websites = recordsIn(given.website) as WebsiteRecord[]
  const queue: string[] = []
  const held: string[] = []

  // Every proof that speaks of somebody who is in a store.
  const proofs: [t: string, d: string][] = []
  const addProof = (t: string, d: string) => {
    if (!proofs.some(([a, b]) => a === t && b === d)) proofs.push([t, d])
  }
  for (const one of discords) if (one.provesTelegramId !== null) addProof(one.provesTelegramId, one.id)
  for (const { telegramId: t, discordId: d } of linksIn(given)) {
    const isKnown =
      telegrams.some((r) => r.id === t) || discords.some((r) => r.id === d) || voices.some((r) => r.id === d)
    if (isKnown) addProof(t, d)
  }
  const telegramOf = (d: string): string | null => {
    const ofD = proofs.filter((proof) => proof[1] === d)
    const t = ofD[0]?.[0]
    if (t === undefined || ofD.length !== 1) return null
    return proofs.filter((proof) => proof[0] === t).length === 1 ? t : null
  }
  const isProven = (t: string, d: string) => proofs.some((proof) => proof[0] === t && proof[1] === d)
  for (const [t, d] of proofs) if (telegramOf(d) !== t) queue.push(`contested telegram:${t}>discord:${d}`)

  // Whoever names a Discord id without proof.
  const claims: { by: 'telegram' | 'website'; id: string; d: string }[] = []
  for (const one of telegrams) {
    if (one.claimsDiscordId !== null && !isProven(one.id, one.claimsDiscordId)) {
      claims.push({ by: 'telegram', id: one.id, d: one.claimsDiscordId })
    }
  }
  for (const one of websites) {
    if (one.claimsDiscordId !== null) claims.push({ by: 'website', id: one.id, d: one.claimsDiscordId })
  }
  const isContested = (claim: (typeof claims)[number]) => {
    if (claims.filter((other) => other.d === claim.d).length > 1) return true
    if (claim.by === 'website') return false
    return proofs.some((proof) => proof[0] === claim.id || proof[1] === claim.d)
  }
  for (const claim of claims) {
    if (claim.by === 'telegram') {
      queue.push(`${isContested(claim) ? 'contested' : 'claim'} telegram:${claim.id}>discord:${claim.d}`)
    }
  }

  const accounts: ModelAccount[] = []
  const make = (): ModelAccount => {
    const account = {
      telegram: null,
      discord: null,
      email: null,
      closed: false,
      xp: 0,
      coins: 0,
      games: 0,
      voice: 0,
      messages: 0,
      streak: 0,
    }
    accounts.push(account)
    return account
  }
  const accountOfDiscord = (d: string): ModelAccount => {
    const t = telegramOf(d)
    const found = accounts.find((one) => one.discord === d || (t !== null && one.telegram === t))
    const account = found ?? make()
    account.discord = d
    account.telegram = t ?? account.telegram
    return account
  }
  const accountOfTelegram = (t: string): ModelAccount => {
    const proof = proofs.find(([a, d]) => a === t && telegramOf(d) === t)
    if (proof) return accountOfDiscord(proof[1])
    const found = accounts.find((one) => one.telegram === t)
    if (found) return found
    const account = make()
    account.telegram = t
    return account
  }

  const streaks = new Map<ModelAccount, { day: string; days: number }>()
  for (const one of [...telegrams, ...discords]) {
    const account = one.source === 'telegram' ? accountOfTelegram(one.id) : accountOfDiscord(one.id)
    account.xp += one.xp
    account.coins += one.coins
    account.games += one.gamesPlayed
    account.messages += one.messages
    // The streak of the later day goes on; of one day, the longer.
    const day = one.lastDaily
      ? new Date(one.lastDaily.getTime() + 3 * 3_600_000).toISOString().slice(0, 10)
      : ''
    const known = streaks.get(account)
    if (!known || day > known.day) streaks.set(account, { day, days: one.streak })
    else if (day === known.day) known.days = Math.max(known.days, one.streak)
    account.streak = streaks.get(account)?.days ?? 0
  }
  for (const one of voices) accountOfDiscord(one.id).voice += one.voiceSeconds

  for (const one of websites) {
    const isShared = one.email !== null && websites.filter((other) => other.email === one.email).length > 1
    const claim = claims.find((other) => other.by === 'website' && other.id === one.id)
    const joins = claim !== undefined && !isContested(claim) && !isShared
    if (isShared) queue.push(`address website:#${one.id}>website:${one.email}`)
    if (claim && !joins) {
      const name = one.email !== null && !isShared ? one.email : `#${one.id}`
      queue.push(`${isContested(claim) ? 'contested' : 'claim'} website:${name}>discord:${claim.d}`)
    }
    if (joins) {
      const account = accountOfDiscord(claim.d)
      account.email = one.email
      account.closed = one.email !== null
    } else if (one.email !== null && !isShared) make().email = one.email
    else held.push(one.id)
  }
  return { accounts, queue: queue.sort(), held: held.sort() }
}
