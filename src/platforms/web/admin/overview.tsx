import { Hono } from 'hono'
import { readOverview } from '../../../core/admin/read-overview.js'
import type { Heartbeat } from '../../../core/duties/heartbeats.js'
import type { WebEnv } from '../http/client-address.js'
import type { Ui } from '../views/ui.js'
import type { AdminKit } from './admin-kit.js'
import { Card, Detail, Facts, Rows } from './parts.js'

/** A part gives a sign of life every few seconds; after this many without one something is wrong with it. */
const SILENT_SECONDS = 60

/** What has to live somewhere for everything to work. */
const PARTS = ['web', 'worker', 'telegram', 'discord'] as const

/** `/admin`: how the program is. */
export function overviewRoutes(admin: AdminKit): Hono<WebEnv> {
  const { deps } = admin.kit.tools
  const app = new Hono<WebEnv>()

  app.get('/admin', async (c) => {
    const [overview, readiness] = await Promise.all([readOverview(deps.db.kysely), deps.readiness()])
    const ui = admin.ui(c)
    const { t, number } = ui
    const blocked = overview.rolesBlocked.reduce((sum, { members }) => sum + members, 0)
    return admin.show(
      c,
      t('admin:tab.overview'),
      <>
        <Card title={t('admin:overview.now')}>
          <Facts
            facts={[
              [t('admin:overview.ready'), t(readiness.ready ? 'admin:yes' : 'admin:no')],
              [t('admin:overview.database'), `PostgreSQL ${overview.server}`],
              [
                t('admin:overview.open'),
                <a href="/admin/deliveries?state=open">{number(overview.deliveries.open)}</a>,
              ],
              [
                t('admin:overview.failed'),
                <a href="/admin/deliveries">{number(overview.deliveries.failed)}</a>,
              ],
              [t('admin:overview.blocked'), <a href="/admin/roles">{number(blocked)}</a>],
            ]}
          />
        </Card>
        <Card title={t('admin:overview.health')}>
          <Rows
            none=""
            rows={PARTS.map((part) => <PartHealth ui={ui} part={part} beats={overview.heartbeats} />)}
          />
        </Card>
        {blocked > 0 && (
          <Card title={t('admin:overview.blocked')}>
            <Rows
              none=""
              rows={overview.rolesBlocked.map(({ reason, members }) => (
                <>
                  <strong class="admin-bad">{t(`admin:roles.blocked.${reason}`)}</strong>
                  <span>{number(members)}</span>
                  <span class="admin-detail">{t(`admin:roles.mend.${reason}`)}</span>
                </>
              ))}
            />
          </Card>
        )}
        <Card title={t('admin:overview.parts')}>
          <Rows
            none={t('admin:overview.no_parts')}
            rows={readiness.parts.map((part) => (
              <>
                <strong>{part.part}</strong>
                <span class={part.ok ? 'admin-good' : 'admin-bad'}>
                  {t(part.ok ? 'admin:good' : 'admin:bad')}
                </span>
                <span class="admin-detail">{part.detail}</span>
              </>
            ))}
          />
        </Card>
        <Card title={t('admin:overview.signs')}>
          <Rows
            none={t('admin:overview.no_signs')}
            rows={overview.heartbeats.map((beat) => (
              <>
                <strong>{beat.part}</strong>
                <span class={beat.ageSeconds > SILENT_SECONDS ? 'admin-bad' : 'admin-good'}>
                  {t('admin:overview.ago', { n: number(Math.max(0, Math.round(beat.ageSeconds))) })}
                </span>
                <span class="admin-detail">{beat.holder}</span>
                <Detail detail={beat.detail} />
              </>
            ))}
          />
        </Card>
      </>,
    )
  })

  return app
}

/** Whether a part lives, by its newest sign of life from any process, and what to do when it does not. */
function PartHealth({ ui, part, beats }: { ui: Ui; part: string; beats: readonly Heartbeat[] }) {
  const { t } = ui
  const living = beats.filter((beat) => beat.part === part && beat.ageSeconds <= SILENT_SECONDS)
  const known = beats.some((beat) => beat.part === part)
  const word = living.some((beat) => beat.detail.ok !== false)
    ? 'good'
    : living.length > 0
      ? 'troubled'
      : known
        ? 'silent'
        : 'absent'
  return (
    <>
      <strong>{t(`admin:overview.part.${part}`)}</strong>
      <span class={word === 'good' ? 'admin-good' : 'admin-bad'}>{t(`admin:overview.state.${word}`)}</span>
      {word !== 'good' && (
        <span class="admin-detail">
          {t(`admin:overview.mend.${word}`)}{' '}
          {word !== 'troubled' && <code class="admin-command">{`ttfd start --only ${part}`}</code>}
        </span>
      )}
      {living.length > 1 && <span class="soft">{ui.count('admin:overview.copies', living.length)}</span>}
    </>
  )
}
