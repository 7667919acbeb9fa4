import { Hono } from 'hono'
import { readRoleSheets } from '../../../core/doctor/role-sheet.js'
import type { WebEnv } from '../http/client-address.js'
import type { AdminKit } from './admin-kit.js'
import { Card, Facts } from './parts.js'

const BLOCKS = ['role_above_bot', 'missing_permission', 'role_deleted', 'member_gone'] as const

/** `/admin/roles`: rank roles of each Discord server, what stands in their way, and how to mend it. */
export function roleRoutes(admin: AdminKit): Hono<WebEnv> {
  const { db } = admin.kit.tools.deps
  const app = new Hono<WebEnv>()

  app.get('/admin/roles', async (c) => {
    const sheets = await readRoleSheets(db.kysely)
    const { t, number } = admin.ui(c)
    return admin.show(
      c,
      t('admin:tab.roles'),
      <>
        {sheets.length === 0 && (
          <Card title={t('admin:roles.none')} note={t('admin:roles.none_note')}>
            {null}
          </Card>
        )}
        {sheets.map(({ guildId, members, roles }) => (
          <Card title={t('admin:roles.guild', { id: guildId })}>
            <Facts
              facts={[
                [t('admin:roles.applied'), number(members.applied)],
                [t('admin:roles.queued'), number(members.queued)],
                [
                  t('admin:roles.tiers'),
                  Object.entries(roles)
                    .filter(([, role]) => role !== null)
                    .map(([tier]) => tier)
                    .join(' '),
                ],
              ]}
            />
            <ul class="admin-rows">
              {BLOCKS.filter((reason) => (members.blocked[reason] ?? 0) > 0).map((reason) => (
                <li>
                  <strong class={reason === 'member_gone' ? 'soft' : 'admin-bad'}>
                    {t(`admin:roles.blocked.${reason}`)}
                  </strong>
                  <span>{number(members.blocked[reason] ?? 0)}</span>
                  <span class="admin-detail">{t(`admin:roles.mend.${reason}`)}</span>
                </li>
              ))}
            </ul>
          </Card>
        ))}
      </>,
    )
  })

  return app
}
