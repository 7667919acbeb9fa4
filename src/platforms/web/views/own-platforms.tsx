import type { LinkedPlatform, LinkedRole } from '../../../core/profiles/linked-platforms.js'
import { CardHead } from './card-head.js'
import { PlatformIcon } from './icons.js'
import type { Ui } from './ui.js'
import { PLATFORMS, type Platform, type Tier } from './view-models.js'

const TAIL = 4

type Status = { tone: 'good' | 'wait' | 'bad'; text: string; guild: string | null }

/** How the rank role stands in one guild; the guild is named only where there are several. */
function roleStatus(ui: Ui, { guildId, state, reason }: LinkedRole, tier: Tier, several: boolean): Status {
  const word = state === 'blocked' ? (reason ?? 'blocked') : state
  return {
    tone: state === 'applied' ? 'good' : state === 'queued' ? 'wait' : 'bad',
    text: ui.t(`profile:platforms.role.${word}`, { tier }),
    guild: several ? ui.t('profile:platforms.role.guild', { tail: guildId.slice(-TAIL) }) : null,
  }
}

function statusesOf(ui: Ui, linked: LinkedPlatform, tier: Tier): Status[] {
  const say = (word: string) => ui.t(`profile:platforms.${word}`)
  switch (linked.platform) {
    case 'discord':
      return linked.roles.map((role) => roleStatus(ui, role, tier, linked.roles.length > 1))
    case 'telegram':
      return linked.reachable
        ? [{ tone: 'good', text: say('writes'), guild: null }]
        : [{ tone: 'bad', text: say('writes_not'), guild: null }]
    case 'website':
      return [{ tone: 'good', text: say('signs_in'), guild: null }]
    default:
      return linked.platform satisfies never
  }
}

function Linked({ ui, linked, tier }: { ui: Ui; linked: LinkedPlatform; tier: Tier }) {
  return (
    <>
      <span class="own-platform-name">
        <bdi>{linked.name ?? `…${linked.idTail}`}</bdi>
      </span>
      {statusesOf(ui, linked, tier).map(({ tone, text, guild }) => (
        <span class={`own-platform-status is-${tone}`}>
          {/* One box, so that the mark stands beside all of it. */}
          <span>
            {guild && <span class="soft">{guild}: </span>}
            {text}
          </span>
        </span>
      ))}
    </>
  )
}

function Missing({ ui, platform }: { ui: Ui; platform: Platform }) {
  const word = platform === 'website' ? 'not_linked_website' : 'not_linked'
  return (
    <span class="own-platform-name soft">
      {ui.t(`profile:platforms.${word}`)}{' '}
      <a
        id={`link-${platform}`}
        href="/link"
        aria-label={`${ui.t('profile:platforms.link')}: ${ui.t(`common:platform.${platform}`)}`}
      >
        {ui.t('profile:platforms.link')}
      </a>
    </span>
  )
}

/** Live fragment `platforms`: every platform, whether it is linked, and how its bot and its roles stand. */
export function OwnPlatforms(props: { ui: Ui; platforms: readonly LinkedPlatform[]; tier: Tier }) {
  const { ui, platforms, tier } = props
  return (
    <section
      id="live-platforms"
      class="card own-platforms"
      sse-swap="platforms"
      hx-swap="outerHTML"
      aria-labelledby="platforms-title"
    >
      <CardHead
        id="platforms-title"
        title={ui.t('profile:platforms.title')}
        more={{ id: 'manage-links', href: '/link', text: ui.t('profile:platforms.manage') }}
      />
      <ul>
        {PLATFORMS.map((platform) => {
          const linked = platforms.find((entry) => entry.platform === platform)
          return (
            <li class={linked ? `own-platform is-linked is-${platform}` : 'own-platform'}>
              <span class="own-platform-icon">
                <PlatformIcon platform={platform} />
              </span>
              <span class="own-platform-title">
                {ui.t(`common:platform.${platform}`)}
                {linked && (
                  <span class="own-platform-since">
                    {ui.t('profile:platforms.since', { date: ui.date(linked.since) })}
                  </span>
                )}
              </span>
              {linked ? (
                <Linked ui={ui} linked={linked} tier={tier} />
              ) : (
                <Missing ui={ui} platform={platform} />
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
