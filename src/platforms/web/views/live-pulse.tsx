import { Figure, LiveBadge } from './figure.js'
import type { Ui } from './ui.js'
import type { PulseModel } from './view-models.js'

/** Live fragment `pulse`: what the community does today. */
export function Pulse({ ui, pulse }: { ui: Ui; pulse: PulseModel }) {
  const { t } = ui
  const entries = [
    { key: 'xp', value: pulse.xpToday, label: t('web:pulse.xp_today') },
    {
      key: 'active',
      value: pulse.activeToday,
      label: t('web:pulse.active_today', { count: pulse.activeToday }),
    },
    { key: 'members', value: pulse.members, label: t('web:pulse.members', { count: pulse.members }) },
  ]
  return (
    <section id="live-pulse" class="pulse" sse-swap="pulse" hx-swap="outerHTML" aria-labelledby="pulse-title">
      <h2 id="pulse-title" class="pulse-title">
        {t('web:pulse.title')} <LiveBadge text={t('web:live.on')} />
      </h2>
      <dl class="pulse-figures">
        {entries.map(({ key, value, label }) => (
          <div class="pulse-figure">
            <dt>{label}</dt>
            <dd>
              <Figure text={ui.number(value)} live={`pulse-${key}`} />
            </dd>
          </div>
        ))}
      </dl>
      {pulse.xpToday === 0 && <p class="pulse-note">{t('web:pulse.quiet')}</p>}
    </section>
  )
}
