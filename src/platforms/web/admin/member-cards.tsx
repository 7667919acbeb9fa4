import type { AccountSheet } from '../../../core/doctor/account-sheet.js'
import type { RestrictionRow } from '../../../core/restrictions/read-restriction.js'
import { groupActs } from '../views/act-groups.js'
import { ActLine, byDay } from '../views/acts.js'
import type { ActModel } from '../views/own-view-models.js'
import type { Ui } from '../views/ui.js'
import { Card, Facts, Moment, Rows } from './parts.js'

/** Progress of a living account. */
export function MemberFacts({ ui, sheet, rank }: { ui: Ui; sheet: AccountSheet; rank: string }) {
  const { t, number } = ui
  const { progress } = sheet
  if (!progress) return null
  return (
    <Card title={t('admin:account', { id: sheet.id })}>
      <Facts
        facts={[
          ['XP', number(progress.xp)],
          [t('admin:member.coins'), number(progress.coins)],
          [t('admin:member.rank'), rank],
          [t('admin:member.messages'), number(progress.messages)],
          [t('admin:member.voice'), ui.duration(progress.voiceSeconds)],
          [t('admin:member.games'), `${number(progress.gamesWon)} / ${number(progress.gamesPlayed)}`],
          [t('admin:member.streak'), number(progress.streak)],
          [t('admin:member.active'), <Moment ui={ui} at={progress.lastActive} />],
          [t('admin:member.created'), <Moment ui={ui} at={sheet.createdAt} />],
          [t('admin:member.claimed'), t(sheet.claimed ? 'admin:yes' : 'admin:no')],
        ]}
      />
      <p>
        <a href={`/u/${sheet.id}`}>{t('admin:member.public')}</a>
      </p>
    </Card>
  )
}

/** Where a member is known. */
export function MemberIdentities({ ui, sheet }: { ui: Ui; sheet: AccountSheet }) {
  const { t } = ui
  return (
    <Card title={t('admin:member.identities')}>
      <Rows
        none={t('admin:member.no_identities')}
        rows={sheet.identities.map((one) => (
          <>
            <strong>{t(`common:platform.${one.platform}`)}</strong>
            <span>
              <bdi>{one.id}</bdi>
            </span>
            {one.username !== null && (
              <span>
                <bdi>{one.username}</bdi>
              </span>
            )}
            {!one.reachable && <span class="soft">{t('admin:member.unreachable')}</span>}
            <span class="admin-detail">
              {t('admin:member.seen')} <Moment ui={ui} at={one.lastSeen} />
            </span>
          </>
        ))}
      />
    </Card>
  )
}

/** What restricts a member, or did. */
export function MemberRestrictions({
  ui,
  restrictions,
}: {
  ui: Ui
  restrictions: readonly RestrictionRow[]
}) {
  const { t } = ui
  return (
    <Card title={t('admin:restrict.title')}>
      <Rows
        none={t('admin:restrict.none')}
        rows={restrictions.map((one) => (
          <>
            <strong class={one.inForce ? 'admin-bad' : 'soft'}>{t(`restrictions:kind.${one.kind}`)}</strong>
            <span>
              <bdi>{one.reason}</bdi>
            </span>
            <span class="admin-detail">
              <Moment ui={ui} at={one.since} /> <bdi>{one.givenBy}</bdi>
              {one.until && (
                <>
                  {' '}
                  {t('admin:restrict.until_day')} <Moment ui={ui} at={one.until} />
                </>
              )}
              {one.liftedAt && (
                <>
                  {' '}
                  {t('admin:restrict.lifted')} <Moment ui={ui} at={one.liftedAt} /> <bdi>{one.liftedBy}</bdi>
                </>
              )}
            </span>
          </>
        ))}
      />
    </Card>
  )
}

/** A member's newest events and why each paid what it paid. */
export function MemberEvents(props: { ui: Ui; accountId: number; acts: readonly ActModel[] }) {
  const { ui, accountId, acts } = props
  const { t } = ui
  return (
    <Card title={t('admin:member.events')}>
      {acts.length === 0 && <p class="soft">{t('admin:member.no_events')}</p>}
      {byDay(ui, groupActs(acts)).map(({ day, groups }) => (
        <>
          <h3>
            <time datetime={day}>{ui.date(new Date(`${day}T12:00:00Z`))}</time>
          </h3>
          <ol class="acts">
            {groups.map((group) => (
              <ActLine ui={ui} group={group} full />
            ))}
          </ol>
        </>
      ))}
      <p class="choices">
        <a class="choice" href={`/admin/events?member=${accountId}`}>
          {t('admin:member.all_events')}
        </a>
        <a class="choice" href={`/admin/deliveries?member=${accountId}`}>
          {t('admin:tab.deliveries')}
        </a>
      </p>
    </Card>
  )
}
