import { RankEmblem } from './emblem.js'
import { EmptyState } from './empty-state.js'
import { Figure } from './figure.js'
import { MemberLink } from './member-link.js'
import { rankName } from './names.js'
import type { Ui } from './ui.js'
import type { BoardRow, LeaderboardModel, MemberRef, Metric } from './view-models.js'

const PODIUM_PLACES = 3

/** A board's value in the unit of its metric. */
export function boardValue(ui: Ui, metric: Metric, value: number): string {
  return metric === 'voice' ? ui.duration(value) : ui.number(value)
}

function Value({ ui, metric, row }: { ui: Ui; metric: Metric; row: TableRow }) {
  return (
    <>
      <Figure text={boardValue(ui, metric, row.value)} live={`board-${row.accountId}`} />
      {metric === 'xp' && <span class="unit"> {ui.t('web:unit.xp')}</span>}
    </>
  )
}

function Podium({ ui, metric, rows }: { ui: Ui; metric: Metric; rows: readonly BoardRow[] }) {
  return (
    <ol class="podium" aria-label={ui.t('web:board.podium')}>
      {rows.map((row, index) => (
        <li class={`podium-step podium-${index + 1} tier-${row.rank.tier}`} data-account={row.accountId}>
          <RankEmblem rank={row.rank} size="medium" />
          <span class="podium-name">
            <MemberLink ui={ui} member={row} id={`board-link-${row.accountId}`} />
          </span>
          <span class="podium-rank">{rankName(ui, row.rank)}</span>
          <span class="podium-value">
            <Value ui={ui} metric={metric} row={row} />
          </span>
          <span class="podium-place">
            <span class="visually-hidden">{ui.t('web:board.place')} </span>
            <span data-place>{ui.number(row.place)}</span>
          </span>
        </li>
      ))}
    </ol>
  )
}

type TableRow = MemberRef & { place: number | null; value: number }

/** Rows of a board. Whoever has no place yet has a dash. */
export function BoardTable(props: {
  ui: Ui
  metric: Metric
  rows: readonly TableRow[]
  ownId: number | null
}) {
  const { ui, metric, rows, ownId } = props
  const { t } = ui
  return (
    <table class="board">
      <thead>
        <tr>
          <th scope="col" class="board-place">
            {t('web:board.place')}
          </th>
          <th scope="col">{t('web:board.player')}</th>
          <th scope="col" class="board-rank">
            {t('web:board.rank')}
          </th>
          <th scope="col" class="board-value">
            {t(`web:board.metric.${metric}`)}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr class={row.accountId === ownId ? 'is-own' : undefined} data-account={row.accountId}>
            <td class="board-place" data-place>
              {row.place === null ? '–' : ui.number(row.place)}
            </td>
            <th scope="row" class="board-who">
              <span class="board-member">
                <RankEmblem rank={row.rank} size="small" />
                <MemberLink ui={ui} member={row} id={`board-link-${row.accountId}`} />
              </span>
            </th>
            <td class="board-rank">{rankName(ui, row.rank)}</td>
            <td class="board-value">
              <Value ui={ui} metric={metric} row={row} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Live fragment `counted`: since when a board that is counted in the background stands. Empty on the live one. */
export function CountedAt({ ui, model }: { ui: Ui; model: LeaderboardModel }) {
  const { countedAt } = model
  return (
    <p id="live-counted" class="board-counted" sse-swap="counted" hx-swap="outerHTML">
      {countedAt && (
        <>
          {ui.t('web:board.counted')} <time datetime={countedAt.toISOString()}>{ui.clock(countedAt)}</time>
        </>
      )}
    </p>
  )
}

/** Live fragment `board`: podium and rows. `viewerId` marks the viewer's row among the others. */
export function Board(props: { ui: Ui; model: LeaderboardModel; viewerId: number | null }) {
  const { ui, model, viewerId } = props
  const { metric } = model
  const podium = model.firstPage ? model.rows.slice(0, PODIUM_PLACES) : []
  const others = model.rows.slice(podium.length)
  return (
    <section
      id="live-board"
      class="board-live"
      sse-swap="board"
      hx-swap="outerHTML"
      aria-labelledby="board-title"
    >
      {model.rows.length === 0 && (
        <EmptyState title={ui.t('web:board.empty_title')} text={ui.t('web:board.empty_text')} art="podium" />
      )}
      {podium.length > 0 && <Podium ui={ui} metric={metric} rows={podium} />}
      {others.length > 0 && <BoardTable ui={ui} metric={metric} rows={others} ownId={viewerId} />}
    </section>
  )
}
