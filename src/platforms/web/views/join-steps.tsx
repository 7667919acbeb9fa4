import { PlatformIcon } from './icons.js'
import type { Ui } from './ui.js'
import { followable } from './urls.js'
import type { CommunityLinks, Platform } from './view-models.js'

type Door = { platform: Platform; href: string }

/** The doors that are open, in the order in which people are sent to them. */
function openDoors(links: CommunityLinks): Door[] {
  const doors: { platform: Platform; url: string | null }[] = [
    { platform: 'telegram', url: links.telegramUrl },
    { platform: 'discord', url: links.discordUrl },
    { platform: 'website', url: links.websiteUrl },
  ]
  return doors.flatMap(({ platform, url }) => {
    const href = followable(url)
    return href ? [{ platform, href }] : []
  })
}

/** Buttons to the platforms that are open; a word of patience when there is none yet. */
function Doors({ ui, links }: { ui: Ui; links: CommunityLinks }) {
  const doors = openDoors(links)
  if (doors.length === 0) return <p class="join-none">{ui.t('web:join.none')}</p>
  return (
    <nav class="doors" aria-label={ui.t('web:join.doors')}>
      {doors.map(({ platform, href }) => (
        <a class="button button-ink" href={href} rel="noopener">
          <PlatformIcon platform={platform} />
          {ui.t(`common:platform.${platform}`)}
        </a>
      ))}
    </nav>
  )
}

/** How to join, in three steps. */
export function JoinSteps({ ui, links }: { ui: Ui; links: CommunityLinks }) {
  const { t } = ui
  return (
    <section class="join" id="join" aria-labelledby="join-title">
      <h2 id="join-title">{t('web:join.title')}</h2>
      <ol class="steps">
        {([1, 2, 3] as const).map((step) => (
          <li class="step">
            <span class="step-number" aria-hidden="true">
              {step}
            </span>
            <h3>{t(`web:join.step_${step}_title`)}</h3>
            <p>{t(`web:join.step_${step}_text`)}</p>
          </li>
        ))}
      </ol>
      <Doors ui={ui} links={links} />
    </section>
  )
}
