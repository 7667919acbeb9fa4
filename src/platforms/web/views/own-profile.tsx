import type { JSX } from '#jsx/jsx-runtime'
import { groupActs } from './act-groups.js'
import { ActLine } from './acts.js'
import { Avatar } from './avatar.js'
import { CardHead } from './card-head.js'
import { EmptyState } from './empty-state.js'
import { Alert } from './form.js'
import { HeatMap, HeatPicture } from './heat-map.js'
import { Layout, type PageProps } from './layout.js'
import { ProfileStatistics, ProfileSummaryCard } from './live-profile.js'
import { memberName } from './names.js'
import { OldClaimsNotice } from './old-claims.js'
import { DailyCard, type DailyNote } from './own-daily.js'
import { OwnPlatforms } from './own-platforms.js'
import { OwnTabs } from './own-tabs.js'
import type { ActModel, OwnProfileModel } from './own-view-models.js'
import { renderFragment } from './render.js'
import type { Ui } from './ui.js'
import { memberHref } from './urls.js'
import { ProfileChart } from './xp-chart.js'
import { XpOrigins } from './xp-origins.js'

const NEWEST_SHOWN = 8

type Own = { ui: Ui; model: OwnProfileModel; token: string }

/** Live fragment `newest`: the last acts and why they paid what they paid. */
function NewestActs({ ui, acts }: { ui: Ui; acts: readonly ActModel[] }) {
  const groups = groupActs(acts).slice(0, NEWEST_SHOWN)
  return (
    <section
      id="live-newest"
      class="card newest-card"
      sse-swap="newest"
      hx-swap="outerHTML"
      aria-labelledby="newest-title"
    >
      <CardHead
        id="newest-title"
        title={ui.t('profile:newest.title')}
        more={{ id: 'whole-statement', href: '/profile/statement', text: ui.t('profile:newest.all') }}
      />
      {groups.length === 0 ? (
        <EmptyState
          title={ui.t('profile:newest.empty_title')}
          text={ui.t('profile:newest.empty_text')}
          art="bars"
        />
      ) : (
        <ol class="acts">
          {groups.map((group) => (
            <ActLine ui={ui} group={group} full={false} />
          ))}
        </ol>
      )}
    </section>
  )
}

/** The parts of the page that change by themselves, by the name of their live fragment. */
const PARTS: Record<string, (own: Own) => JSX.Element> = {
  summary: ({ ui, model }) => <ProfileSummaryCard ui={ui} summary={model.member.summary} />,
  daily: ({ ui, model, token }) => (
    <DailyCard ui={ui} offer={model.daily} restricted={model.restriction !== null} token={token} />
  ),
  platforms: ({ ui, model }) => (
    <OwnPlatforms ui={ui} platforms={model.platforms} tier={model.member.summary.rank.tier} />
  ),
  stats: ({ ui, model }) => <ProfileStatistics ui={ui} stats={model.member.stats} />,
  chart: ({ ui, model }) => <ProfileChart ui={ui} days={model.member.xpDays} />,
  origins: ({ ui, model }) => <XpOrigins ui={ui} rows={model.origins} />,
  heat: ({ ui, model }) => <HeatPicture ui={ui} days={model.year} />,
  newest: ({ ui, model }) => <NewestActs ui={ui} acts={model.newest} />,
}

/** All live fragments of a member's own page as they are now. */
export function ownFragments(own: Own): Record<string, string> {
  return Object.fromEntries(Object.entries(PARTS).map(([name, draw]) => [name, renderFragment(draw(own))]))
}

/** `/profile`: a member's own page. */
export function OwnProfilePage(
  props: PageProps & {
    model: OwnProfileModel
    token: string
    note: DailyNote | null
    /** An old record names the member without proof. */
    oldClaims: boolean
  },
) {
  const { ui, frame, model, token, note } = props
  const { t } = ui
  const { member } = model
  const meta = {
    title: `${t('profile:title')} | ${t('web:brand')}`,
    description: t('profile:description'),
    index: false,
  }
  return (
    <Layout ui={ui} frame={frame} meta={meta} section={null}>
      <OwnTabs ui={ui} frame={frame} />
      {props.oldClaims && <OldClaimsNotice ui={ui} />}
      {model.restriction && (
        <Alert
          title={t('restrictions:page.title')}
          text={t('restrictions:page.intro_unpaid')}
          more={t('restrictions:notice.reason', { reason: model.restriction.reason })}
        />
      )}
      <article class="profile own">
        <header class="profile-head">
          <div class="profile-name">
            <div class="face-line">
              <Avatar accountId={member.accountId} />
              <h1>
                <bdi>{memberName(ui, member)}</bdi>
              </h1>
            </div>
            <p class="profile-since">
              <time datetime={ui.isoDay(member.memberSince)}>
                {t('web:profile.member_since', { date: ui.date(member.memberSince) })}
              </time>
              <a href={memberHref(member.accountId)}>{t('profile:as_others')}</a>
            </p>
          </div>
          <ProfileSummaryCard ui={ui} summary={member.summary} />
        </header>
        <DailyCard
          ui={ui}
          offer={model.daily}
          restricted={model.restriction !== null}
          token={token}
          note={note}
        />
        <OwnPlatforms ui={ui} platforms={model.platforms} tier={member.summary.rank.tier} />
        <ProfileChart ui={ui} days={member.xpDays} />
        <ProfileStatistics ui={ui} stats={member.stats} />
        <XpOrigins ui={ui} rows={model.origins} />
        <HeatMap ui={ui} days={model.year} />
        <NewestActs ui={ui} acts={model.newest} />
      </article>
    </Layout>
  )
}
