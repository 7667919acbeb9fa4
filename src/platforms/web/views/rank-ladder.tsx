import { RankEmblem } from './emblem.js'
import type { Ui } from './ui.js'
import { type RankStep, TIERS } from './view-models.js'

/** The tiers from the first to the last, each with the XP at which it begins. */
export function RankLadder({ ui, ladder }: { ui: Ui; ladder: readonly RankStep[] }) {
  const { t } = ui
  const tiers = TIERS.flatMap((tier) => {
    const steps = ladder.filter((step) => step.tier === tier)
    const first = steps[0]
    const last = steps.at(-1)
    return first && last ? [{ first, last }] : []
  })
  if (tiers.length === 0) return null
  return (
    <section class="ladder" aria-labelledby="ladder-title">
      <div class="section-head">
        <h2 id="ladder-title">{t('web:ladder.title')}</h2>
        <p>{t('web:ladder.text')}</p>
      </div>
      <ol class="ladder-tiers">
        {tiers.map(({ first, last }) => (
          <li class={`ladder-tier tier-${first.tier}`}>
            <RankEmblem rank={last} size="medium" />
            <strong class="visually-hidden">{first.tier}</strong>
            <span>{t('web:ladder.from', { xp: ui.number(first.needsXp) })}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
