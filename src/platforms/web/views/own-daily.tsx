import type { DailyOffer } from '../../../core/economy/daily-offer.js'
import { Form } from './form.js'
import type { Ui } from './ui.js'

/** What came of a press of the button, for the page that follows it. */
export const DAILY_NOTES = ['claimed', 'recorded', 'already', 'closed'] as const
export type DailyNote = (typeof DAILY_NOTES)[number]

const CELL = 10
const GAP = 4

/** The streak as steps: those behind filled, today's marked, up to the one from which the reward is full. */
function Steps({ offer }: { offer: DailyOffer }) {
  const { claimed, today, fullFrom } = offer
  const done = Math.min(claimed ? today.day : today.day - 1, fullFrom)
  const width = fullFrom * (CELL + GAP) - GAP
  return (
    <svg class="daily-steps" viewBox={`0 0 ${width} ${CELL}`} aria-hidden="true" focusable="false">
      {Array.from({ length: fullFrom }, (_, index) => (
        <rect
          class={index < done ? 'is-done' : index === done ? 'is-next' : undefined}
          x={index * (CELL + GAP)}
          width={CELL}
          height={CELL}
        />
      ))}
    </svg>
  )
}

function tomorrowWords(ui: Ui, { claimed, today, tomorrow }: DailyOffer): string {
  if (tomorrow.pays === today.pays) return ui.t('profile:daily.tomorrow_same')
  return ui.t(claimed ? 'profile:daily.tomorrow' : 'profile:daily.tomorrow_if', {
    xp: ui.number(tomorrow.pays),
    coins: ui.count('common:coins', tomorrow.pays),
  })
}

/** Live fragment `daily`: the day's reward, the button that takes it, and what tomorrow pays. */
export function DailyCard(props: {
  ui: Ui
  offer: DailyOffer
  restricted: boolean
  token: string
  note?: DailyNote | null
}) {
  const { ui, offer, restricted, token, note } = props
  const { t } = ui
  const { claimed, today, pays } = offer
  return (
    <section
      id="live-daily"
      class={claimed ? 'daily is-claimed' : 'daily'}
      sse-swap="daily"
      hx-swap="outerHTML"
      aria-labelledby="daily-title"
    >
      <h2 id="daily-title" class="daily-title">
        {t('profile:daily.title')}
      </h2>
      <p class="daily-pays">
        {t('profile:daily.pays', { xp: ui.number(today.pays), coins: ui.count('common:coins', today.pays) })}
      </p>
      <div class="daily-streak">
        <Steps offer={offer} />
        <p>{t('profile:daily.day', { n: ui.number(today.day) })}</p>
      </div>
      {claimed ? (
        <p class="daily-done">{t('profile:daily.claimed')}</p>
      ) : (
        <Form action="/profile/daily" token={token} class="daily-form">
          <button class="button" type="submit" id="daily-claim">
            {t('profile:daily.claim')}
          </button>
        </Form>
      )}
      <p class="daily-tomorrow">
        {restricted
          ? t('profile:daily.restricted')
          : pays
            ? tomorrowWords(ui, offer)
            : t('profile:daily.rehearsal')}
      </p>
      {note && (
        <p class="daily-note" role="status">
          {t(`profile:daily.note.${note}`)}
        </p>
      )}
    </section>
  )
}
