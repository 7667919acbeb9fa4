import { readOwnProfile } from '../../core/profiles/read-own-profile.js'
import { addDays, communityDay } from '../../core/progression/community-day.js'
import { readStatement } from '../../core/statement/read-statement.js'
import type { StatementFilter } from '../../core/statement/statement-filter.js'
import type { StatementLine } from '../../core/statement/statement-line.js'
import { CHART_DAYS, type ModelDeps, memberModel, rankStepOf } from './models.js'
import { type ActModel, type OwnProfileModel, originRows } from './views/own-view-models.js'

const YEAR_WEEKS = 52
/** Acts of voice are minutes: so many lines make about eight of the list. */
const NEWEST_LINES = 60
const STATEMENT_LINES = 50

/** Everything that a member's own page shows; null when the account is not living any more. */
export async function ownProfileModel(deps: ModelDeps, accountId: number): Promise<OwnProfileModel | null> {
  const rules = deps.rules()
  const now = deps.now()
  const today = communityDay(now, deps.settings.timeZone)
  const found = await readOwnProfile(deps.db.kysely, accountId, {
    rules,
    now,
    from: mondayBefore(today, YEAR_WEEKS),
    to: today,
    newest: NEWEST_LINES,
  })
  if (!found) return null
  const { profile, daily, restriction, platforms, history, newest } = found
  return {
    member: memberModel(profile, history.days.slice(-CHART_DAYS)),
    daily,
    restriction,
    platforms,
    origins: originRows(history.origins, profile.xp),
    year: history.days,
    newest: newest.map((line) => actModel(deps, line)),
  }
}

export type StatementModel = { acts: ActModel[]; nextSeq: number | null; today: string }

/** A page of a member's own statement. */
export async function statementModel(
  deps: ModelDeps,
  accountId: number,
  { before, filter }: { before: number | null; filter: StatementFilter },
): Promise<StatementModel> {
  const { lines, nextSeq } = await readStatement(deps.db.kysely, accountId, {
    limit: STATEMENT_LINES,
    before,
    filter,
  })
  return {
    acts: lines.map((line) => actModel(deps, line)),
    nextSeq,
    today: communityDay(deps.now(), deps.settings.timeZone),
  }
}

function actModel(deps: ModelDeps, line: StatementLine): ActModel {
  const isKnown = line.rank !== null && deps.rules().ranks.some(({ id }) => id === line.rank)
  return { ...line, reached: isKnown && line.rank !== null ? rankStepOf(deps, line.rank) : null }
}

/** The Monday of the week that lies so many weeks before a day's own. */
function mondayBefore(day: string, weeks: number): string {
  const sinceMonday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
  return addDays(day, -sinceMonday - 7 * weeks)
}
