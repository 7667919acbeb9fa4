import { Avatar } from './avatar.js'
import { PlatformList } from './icons.js'
import { Layout, type PageProps } from './layout.js'
import { ProfileStatistics, ProfileSummaryCard } from './live-profile.js'
import { memberName, rankName } from './names.js'
import type { ProfileModel } from './view-models.js'
import { ProfileChart } from './xp-chart.js'

/** `/u/<id>`: what everybody may see of a member. */
export function ProfilePage({
  ui,
  frame,
  model,
  imagePath,
  own = false,
}: PageProps & { model: ProfileModel; imagePath?: string; own?: boolean }) {
  const { t } = ui
  const name = memberName(ui, model)
  const words = { name, rank: rankName(ui, model.summary.rank), xp: ui.number(model.summary.xp) }
  const meta = {
    title: `${t('web:meta.profile_title', words)} | ${t('web:brand')}`,
    description: t('web:meta.profile_description', words),
    type: 'profile' as const,
    imagePath: imagePath ?? null,
  }
  const since = t('web:profile.member_since', { date: ui.date(model.memberSince) })
  return (
    <Layout ui={ui} frame={frame} meta={meta} section={null}>
      <article class="profile">
        <header class="profile-head">
          <div class="profile-name">
            <div class="face-line">
              <Avatar accountId={model.accountId} />
              <h1>
                <bdi>{name}</bdi>
              </h1>
            </div>
            <p class="profile-since">
              <time datetime={ui.isoDay(model.memberSince)}>{since}</time>
              {own && (
                <span>
                  {t(model.hidden ? 'profile:own_hidden' : 'profile:own_view')}{' '}
                  <a href="/profile">{t('profile:to_own')}</a>
                </span>
              )}
            </p>
            <PlatformList ui={ui} linked={model.platforms} />
          </div>
          <ProfileSummaryCard ui={ui} summary={model.summary} />
        </header>
        <ProfileChart ui={ui} days={model.xpDays} />
        <ProfileStatistics ui={ui} stats={model.stats} />
      </article>
    </Layout>
  )
}
