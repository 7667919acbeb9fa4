import { HeroArt } from './hero-art.js'
import { JoinSteps } from './join-steps.js'
import { Layout, type PageProps } from './layout.js'
import { Pulse } from './live-pulse.js'
import { TopList } from './live-top.js'
import { RankLadder } from './rank-ladder.js'
import type { HomeModel } from './view-models.js'

/** `/`: what TTFD is, how to join, and that it is alive. */
export function HomePage({ ui, frame, model }: PageProps & { model: HomeModel }) {
  const { t } = ui
  const meta = { title: t('web:meta.home_title'), description: t('web:meta.home_description') }
  return (
    <Layout ui={ui} frame={frame} meta={meta} section="home">
      <section class="hero">
        <div class="hero-words">
          <p class="kicker">{t('web:home.kicker')}</p>
          <h1>
            <span>{t('web:home.title_play')}</span>{' '}
            <span class="hero-strong">{t('web:home.title_grow')}</span>
          </h1>
          <p class="hero-lead">{t('web:home.lead')}</p>
          <p class="hero-actions">
            <a class="button" href="#join">
              {t('web:home.start')}
            </a>
            <a class="button button-quiet" href="/leaderboard">
              {t('web:home.see_top')}
            </a>
          </p>
        </div>
        <HeroArt />
      </section>
      <Pulse ui={ui} pulse={model.pulse} />
      <div class="home-columns">
        <JoinSteps ui={ui} links={model.links} />
        <TopList ui={ui} top={model.top} />
      </div>
      <RankLadder ui={ui} ladder={model.ladder} />
    </Layout>
  )
}
