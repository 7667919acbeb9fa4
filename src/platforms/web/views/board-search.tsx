import { EmptyState } from './empty-state.js'
import { BoardTable } from './live-board.js'
import type { Ui } from './ui.js'
import { leaderboardHref } from './urls.js'
import type { BoardSearch, LeaderboardModel } from './view-models.js'

type Props = { ui: Ui; model: LeaderboardModel; search: BoardSearch; viewerId: number | null }

function Found({ ui, model, search, viewerId }: Props & { search: BoardSearch & { status: 'found' } }) {
  const { t } = ui
  const { rows, name, more } = search
  return (
    <>
      <h2 id="found-title">
        {t('web:board.search.title')} <q>{name}</q>
      </h2>
      {rows.length === 0 ? (
        <EmptyState
          title={t('web:board.search.none_title')}
          text={t('web:board.search.none_text')}
          art="podium"
        />
      ) : (
        <>
          <p class="found-count">
            {ui.count(more ? 'web:board.search.first' : 'web:board.search.found', rows.length)}
          </p>
          <BoardTable ui={ui} metric={model.metric} rows={rows} ownId={viewerId} />
        </>
      )}
    </>
  )
}

/** Members whose names begin with what was typed, with their places on the chosen board. */
export function SearchResults(props: Props) {
  const { ui, model, search } = props
  const { metric, period } = model
  return (
    <section class="found" aria-labelledby="found-title">
      {search.status === 'found' ? (
        <Found {...props} search={search} />
      ) : (
        <h2 id="found-title">{ui.t(`web:board.search.${search.status}`)}</h2>
      )}
      <p class="pages">
        <a class="button button-quiet" href={leaderboardHref({ metric, period })}>
          {ui.t('web:board.search.clear')}
        </a>
      </p>
    </section>
  )
}
