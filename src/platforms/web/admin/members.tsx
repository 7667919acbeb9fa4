import { Hono } from 'hono'
import { identityKey } from '../../../core/accounts/identity.js'
import { FOUND_MAX, searchMembers } from '../../../core/admin/search-members.js'
import { readAccountSheet } from '../../../core/doctor/account-sheet.js'
import type { WebEnv } from '../http/client-address.js'
import { numberIn } from '../http/number-in.js'
import { rankStepOf } from '../models.js'
import { statementModel } from '../own-models.js'
import { memberName, rankName } from '../views/names.js'
import type { AdminKit } from './admin-kit.js'
import { MemberEvents, MemberFacts, MemberIdentities, MemberRestrictions } from './member-cards.js'
import { AdjustForm, LinkForm, RestrictForm } from './member-forms.js'
import { AccountLink, Card, Input, Rows } from './parts.js'

/** Longest that a search may be: an address. */
const TYPED_MAX = 254

/** `/admin/members` and a member's own page there. */
export function memberRoutes(admin: AdminKit): Hono<WebEnv> {
  const { tools, auth } = admin.kit
  const { deps } = tools
  const app = new Hono<WebEnv>()

  app.get('/admin/members', async (c) => {
    const typed = (c.req.query('q') ?? '').normalize('NFC').trim()
    const isUsable = typed !== '' && typed.length <= TYPED_MAX && typed.isWellFormed()
    const found = isUsable ? await searchMembers(deps.db.kysely, typed) : []
    const ui = admin.ui(c)
    const { t, number } = ui
    return admin.show(
      c,
      t('admin:tab.members'),
      <>
        <Card title={t('admin:members.find')} note={t('admin:members.hint')}>
          <form class="admin-form" method="get" action="/admin/members">
            <Input
              label={t('admin:members.query')}
              name="q"
              type="search"
              maxlength={TYPED_MAX}
              value={isUsable ? typed : ''}
            />
            <button class="button" type="submit">
              {t('admin:members.submit')}
            </button>
          </form>
        </Card>
        {isUsable && (
          <Card
            title={t('admin:members.found')}
            note={found.length === FOUND_MAX ? t('admin:members.more') : undefined}
          >
            <Rows
              none={t('admin:members.none')}
              rows={found.map((one) => (
                <>
                  <a class="admin-name" href={`/admin/members/${one.id}`}>
                    <bdi>{memberName(ui, { accountId: one.id, displayName: one.name })}</bdi>
                  </a>
                  <span class="soft">#{one.id}</span>
                  <span>{t('statement:xp', { n: number(one.xp) })}</span>
                  <span>{ui.count('common:coins', one.coins)}</span>
                  <span class="admin-detail">
                    {[
                      one.telegramId && `telegram:${one.telegramId}`,
                      one.discordId && `discord:${one.discordId}`,
                      one.email && `website:${one.email}`,
                    ]
                      .filter(Boolean)
                      .join(', ')}
                  </span>
                </>
              ))}
            />
          </Card>
        )}
      </>,
    )
  })

  app.get('/admin/members/:id', async (c) => {
    const accountId = numberIn(c.req.param('id'))
    const now = deps.now()
    const sheet =
      accountId === null
        ? null
        : await readAccountSheet(deps.db.kysely, { accountId, now, timeZone: deps.settings.timeZone })
    if (!sheet || accountId === null) return tools.fail(c, { kind: 'page_not_found' })
    const ui = admin.ui(c)
    const { t } = ui
    const { progress } = sheet
    if (!progress) {
      return admin.show(
        c,
        t('admin:account', { id: accountId }),
        <Card title={t(`admin:member.state.${sheet.state}`)}>
          {sheet.mergedInto === null ? null : <AccountLink ui={ui} id={sheet.mergedInto} />}
        </Card>,
      )
    }
    const { restrictions } = sheet
    const { acts } = await statementModel(deps, accountId, { before: null, filter: {} })
    const isAdmin = sheet.identities.some((identity) => auth.admins.has(identityKey(identity)))
    const token = admin.token(c)
    return admin.show(
      c,
      memberName(ui, { accountId, displayName: progress.displayName }),
      <>
        <MemberFacts ui={ui} sheet={sheet} rank={rankName(ui, rankStepOf(deps, progress.rankId))} />
        <MemberIdentities ui={ui} sheet={sheet} />
        <AdjustForm
          ui={ui}
          token={token}
          accountId={accountId}
          own={admin.admin(c).accountId === accountId}
        />
        <MemberRestrictions ui={ui} restrictions={restrictions} />
        {isAdmin ? (
          <Card title={t('admin:member.is_admin')} note={t('admin:member.is_admin_note')}>
            {null}
          </Card>
        ) : (
          <>
            <RestrictForm
              ui={ui}
              token={token}
              accountId={accountId}
              inForce={restrictions.some((one) => one.inForce)}
            />
            <LinkForm ui={ui} token={token} accountId={accountId} />
          </>
        )}
        <MemberEvents ui={ui} accountId={accountId} acts={acts} />
      </>,
    )
  })

  return app
}
