import { Hono } from 'hono'
import { readAudit } from '../../../core/admin/read-audit.js'
import type { WebEnv } from '../http/client-address.js'
import { numberIn } from '../http/number-in.js'
import type { AdminKit } from './admin-kit.js'
import { Older } from './filters.js'
import { AccountLink, Card, Detail, Moment, Rows } from './parts.js'

const PATH = '/admin/audit'
const LINES = 50

/** `/admin/audit`: what everybody with the right to do so did. */
export function auditRoutes(admin: AdminKit): Hono<WebEnv> {
  const { tools } = admin.kit
  const app = new Hono<WebEnv>()

  app.get(PATH, async (c) => {
    const asked = c.req.query('before')
    const before = numberIn(asked)
    if (asked !== undefined && before === null) return tools.fail(c, { kind: 'page_not_found' })
    const { lines, next } = await readAudit(tools.deps.db.kysely, { before, limit: LINES })
    const ui = admin.ui(c)
    const { t } = ui
    return admin.show(
      c,
      t('admin:tab.audit'),
      <Card title={t('admin:audit.title')}>
        <Rows
          none={t('admin:audit.none')}
          rows={lines.map((line) => (
            <>
              <span class="soft">#{line.id}</span>
              <Moment ui={ui} at={line.at} />
              <strong>{line.act}</strong>
              <span>
                <bdi>{line.actor}</bdi>
              </span>
              {line.accountId !== null && <AccountLink ui={ui} id={line.accountId} />}
              <Detail detail={line.detail} />
            </>
          ))}
        />
        <Older ui={ui} path={PATH} next={next} />
      </Card>,
    )
  })

  return app
}
