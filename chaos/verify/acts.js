// @ts-check

/**
 * Every act that was promised to count does; whatever was not promised counts once at most (the replay sees to that).
 * @param {import('../record.js').Deeds} deeds
 * @param {import('../ledger.js').Ledger} ledger
 * @param {import('../model/replay.js').Replay} replay
 */
export function missingActs(deeds, ledger, replay) {
  const keys = replay.seen
  /** @type {string[]} */
  const wrong = []
  for (const key of deeds.messages.keys()) if (!keys.has(key)) wrong.push(`${key}: a message was lost`)
  for (const id of deeds.starts) {
    if (!keys.has(`welcome:telegram:${id}`)) wrong.push(`welcome:telegram:${id}: the first start was lost`)
  }
  for (const [key, { promised }] of [...deeds.hourly, ...deeds.awards]) {
    if (promised && !keys.has(key)) wrong.push(`${key}: it was said to count, and is lost`)
  }
  for (const round of deeds.shownRounds) {
    if (!keys.has(`game:${round}`)) wrong.push(`game:${round}: its end was shown, and is lost`)
  }
  for (const { id, state } of ledger.rounds) if (state === 'open') wrong.push(`round ${id} is still open`)
  return [...wrong, ...missingDailies(deeds, ledger, replay)]
}

/**
 * Who was told that the day is claimed has claimed it, by whichever identity: the claim goes with both of them.
 * @param {import('../record.js').Deeds} deeds
 * @param {import('../ledger.js').Ledger} ledger
 * @param {import('../model/replay.js').Replay} replay
 */
function missingDailies({ dailies }, { members }, replay) {
  return dailies
    .filter(({ promised }) => promised)
    .filter(({ who }) => {
      const member = members.find((one) => one[who.platform] === who.id)
      return !member || !replay.account(member.id).hasDaily
    })
    .map(({ who }) => `daily of ${who.platform}:${who.id}: it was said to be claimed, and is not`)
}
