import { type ActGroup, totals } from './act-groups.js'
import { explainAct, sourceName } from './explain-act.js'
import { PlatformIcon } from './icons.js'
import type { ActModel } from './own-view-models.js'
import type { Ui } from './ui.js'
import { PLATFORMS } from './view-models.js'

const MINUS = '\u2212'

function signed(ui: Ui, amount: number, key: 'statement:xp' | 'common:coins'): string {
  const text =
    key === 'statement:xp' ? ui.t(key, { n: ui.number(Math.abs(amount)) }) : ui.count(key, Math.abs(amount))
  return `${amount < 0 ? MINUS : '+'}${text}`
}

function Amounts({ ui, xp, coins }: { ui: Ui; xp: number; coins: number }) {
  if (xp === 0 && coins === 0) return <span class="act-nothing">{ui.t('statement:nothing')}</span>
  return (
    <>
      {xp !== 0 && <span class="act-xp">{signed(ui, xp, 'statement:xp')}</span>}
      {coins !== 0 && <span class="act-coins">{signed(ui, coins, 'common:coins')}</span>}
    </>
  )
}

function SourceMark({ ui, source }: { ui: Ui; source: string }) {
  const platform = PLATFORMS.find((name) => name === source)
  return (
    <span class={`act-mark is-${platform ?? 'other'}`}>
      {platform ? <PlatformIcon platform={platform} /> : <span aria-hidden="true">•</span>}
      <span class="visually-hidden">{sourceName(ui, source)}</span>
    </span>
  )
}

/** What a person wrote stands in its own direction box; ours needs none. */
function Why({ ui, act }: { ui: Ui; act: ActModel }) {
  const { why } = explainAct(ui, act)
  if (why.length === 0 && !act.merged) return null
  return (
    <span class="act-why">
      <bdi>{why.join(', ')}</bdi>
      {act.merged && <span class="act-badge">{ui.t('statement:merged')}</span>}
    </span>
  )
}

function Times({ ui, group }: { ui: Ui; group: ActGroup }) {
  const newest = group[0]
  const oldest = group.at(-1) ?? newest
  const newestTime = <time datetime={newest.at.toISOString()}>{ui.clock(newest.at)}</time>
  if (group.length === 1) return newestTime
  return (
    <>
      <time datetime={oldest.at.toISOString()}>{ui.clock(oldest.at)}</time>
      <span>–</span>
      {newestTime}
    </>
  )
}

/** Every act of a group by itself, behind a word that opens it. */
function Members({ ui, group }: { ui: Ui; group: ActGroup }) {
  return (
    <details class="act-minutes">
      <summary>{ui.t('statement:minutes_open')}</summary>
      <ol>
        {group.map((act) => (
          <li>
            <time datetime={act.at.toISOString()}>{ui.clock(act.at)}</time>{' '}
            <Amounts ui={ui} xp={act.xp} coins={act.coins} />
          </li>
        ))}
      </ol>
    </details>
  )
}

/**
 * One line of the list: where, what, why, how much. `full` adds what the statement has room for: the balance after it
 * and the minutes of a stay in voice.
 */
export function ActLine({ ui, group, full }: { ui: Ui; group: ActGroup; full: boolean }) {
  const act = group[0]
  const { xp, coins } = totals(group)
  const title =
    group.length === 1 ? explainAct(ui, act).title : ui.count('statement:act.voice_minutes', group.length)
  return (
    <li class="act">
      <SourceMark ui={ui} source={act.source} />
      <span class="act-what">
        <span class="act-title">{title}</span>
        <Why ui={ui} act={act} />
        {full && group.length > 1 && <Members ui={ui} group={group} />}
      </span>
      <span class="act-paid">
        <Amounts ui={ui} xp={xp} coins={coins} />
        {full && xp !== 0 && act.newXp !== null && (
          <span class="act-after">{ui.t('statement:after', { xp: ui.number(act.newXp) })}</span>
        )}
      </span>
      <span class="act-time">
        <Times ui={ui} group={group} />
      </span>
    </li>
  )
}

/** Groups under the community day on which they happened. */
export function byDay(ui: Ui, groups: readonly ActGroup[]): { day: string; groups: ActGroup[] }[] {
  const days: { day: string; groups: ActGroup[] }[] = []
  for (const group of groups) {
    const day = ui.isoDay(group[0].at)
    const last = days.at(-1)
    if (last?.day === day) last.groups.push(group)
    else days.push({ day, groups: [group] })
  }
  return days
}
