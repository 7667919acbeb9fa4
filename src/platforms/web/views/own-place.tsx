import { boardValue } from './live-board.js'
import type { Ui } from './ui.js'
import type { LeaderboardModel, OwnPlace } from './view-models.js'

function Placed({
  ui,
  model,
  own,
}: {
  ui: Ui
  model: LeaderboardModel
  own: OwnPlace & { status: 'placed' }
}) {
  const { t } = ui
  const isRow = !model.search && model.rows.some(({ accountId }) => accountId === own.accountId)
  return (
    <>
      <p class="own-figures" data-own={own.accountId}>
        <strong class="own-number" data-own-place>
          {own.place === null ? t('web:board.own.counting') : ui.number(own.place)}
        </strong>
        <span class="own-value">
          <span data-own-value>{boardValue(ui, model.metric, own.value)}</span>
          {model.metric === 'xp' && ` ${t('web:unit.xp')}`}
        </span>
      </p>
      {isRow ? (
        <a class="own-note" href={`#board-link-${own.accountId}`}>
          {t('web:board.own.see')}
        </a>
      ) : (
        own.countedAt && (
          <p class="own-note">
            {t('web:board.own.as_of')}{' '}
            <time datetime={own.countedAt.toISOString()}>{ui.clock(own.countedAt)}</time>
          </p>
        )
      )}
    </>
  )
}

/** The viewer's own place on this board, wherever it is. No part of the live fragments, which are the same for everybody. */
export function OwnPlaceCard({ ui, model }: { ui: Ui; model: LeaderboardModel }) {
  const { own } = model
  if (!own) return null
  return (
    <section class="own-place" aria-labelledby="own-place-title">
      <h2 id="own-place-title">{ui.t('web:board.your_place')}</h2>
      {own.status === 'placed' ? (
        <Placed ui={ui} model={model} own={own} />
      ) : (
        <p class="own-note">{ui.t(`web:board.own.${own.status}`)}</p>
      )}
    </section>
  )
}
