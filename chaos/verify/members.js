// @ts-check
import { rankOf } from '../model/rules.js'

/**
 * Balances, ranks, identities and roles are what the replay says.
 * @param {import('../world.js').World} world
 * @param {import('../record.js').Deeds} deeds
 * @param {import('../ledger.js').Ledger} ledger
 * @param {import('../model/replay.js').Replay} replay
 */
export function wrongMembers(world, deeds, { members }, replay) {
  /** @type {string[]} */
  const wrong = []
  for (const { id, xp, coins, rank } of members) {
    const account = replay.account(id)
    if (account.xp !== xp || account.coins !== coins)
      wrong.push(`account ${id}: has ${xp} XP and ${coins} coins, not ${account.xp} and ${account.coins}`)
    if (rankOf(account.xp).id !== rank) wrong.push(`account ${id}: its rank is ${rank} with ${account.xp} XP`)
  }
  const living = new Set(members.map(({ id }) => id))
  for (const account of replay.accounts.values()) {
    if (!living.has(account.id) && account.xp + account.coins !== 0)
      wrong.push(`account ${account.id}: it is gone with ${account.xp} XP and ${account.coins} coins`)
  }
  return [...wrong, ...wrongLinks(deeds, members), ...wrongRoles(world, members)]
}

/** @param {import('../record.js').Deeds} deeds @param {readonly import('../ledger.js').Member[]} members */
function wrongLinks({ links }, members) {
  /** @type {string[]} */
  const wrong = []
  for (const { telegram, discord } of members) {
    if (telegram === null || discord === null) continue
    const link = links.find((one) => one.telegram === telegram && one.discord === discord)
    if (!link?.typist || !link.owner)
      wrong.push(`telegram:${telegram} and discord:${discord} are one without both yes`)
  }
  for (const { telegram, discord, promised, undo } of links) {
    const isOne = members.some((one) => one.telegram === telegram && one.discord === discord)
    if (promised && undo === 'no' && !isOne)
      wrong.push(`telegram:${telegram} and discord:${discord} were said to be one, and are not`)
    if (undo === 'promised' && isOne)
      wrong.push(`telegram:${telegram} and discord:${discord} were parted, and are one`)
  }
  return wrong
}

/** @param {import('../world.js').World} world @param {readonly import('../ledger.js').Member[]} members */
function wrongRoles({ guild, people }, members) {
  return people.flatMap(({ discord }) => {
    const roles = guild.members.get(discord.id)?.roles ?? new Set()
    const worn = [...guild.roles.values()].filter(({ key, id }) => key.startsWith('tier-') && roles.has(id))
    const member = members.find((one) => one.discord === discord.id)
    const due = member ? [`tier-${rankOf(member.xp).tier.toLowerCase()}`] : []
    const keys = worn.map(({ key }) => key)
    return keys.join() === due.join()
      ? []
      : [`discord:${discord.id} wears ${keys.join() || 'no role'}, not ${due.join()}`]
  })
}
