import { once } from './once.js'
import type { Ui } from './ui.js'
import { PLATFORMS, type Platform } from './view-models.js'

const GLYPHS: Record<Platform, string> = {
  // A paper plane.
  telegram: 'M2 11.5L22 3L18.5 20.5L12.5 16L9.5 19L9 13.5L17.5 7L6.5 12.8Z',
  // A headset: voice and talk.
  discord:
    'M12 3A9 9 0 0 0 3 12V18A2.5 2.5 0 0 0 5.5 20.5H8.5V12.5H5.2A6.8 6.8 0 0 1 18.8 12.5H15.5V20.5H18.5A2.5 2.5 0 0 0 21 18V12A9 9 0 0 0 12 3Z',
  // A window with its title bar.
  website: 'M2 4H22V20H2ZM4.5 9.5V17.5H19.5V9.5Z',
}

/** A platform's glyph, decoration beside its name. */
export function PlatformIcon({ platform }: { platform: Platform }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={GLYPHS[platform]} fill-rule="evenodd" />
    </svg>
  )
}

/** Every set of platforms that a member can have looks the same on all pages. */
export function PlatformList({ ui, linked }: { ui: Ui; linked: readonly Platform[] }) {
  return once(ui, `platforms ${linked.join(' ')}`, () => <Platforms ui={ui} linked={linked} />)
}

/** Which platforms an account is linked on; those that are missing are said too, for eyes and screen readers. */
function Platforms({ ui, linked }: { ui: Ui; linked: readonly Platform[] }) {
  return (
    <ul class="platforms" aria-label={ui.t('web:profile.platforms')}>
      {PLATFORMS.map((platform) => {
        const on = linked.includes(platform)
        return (
          <li class={on ? 'platform is-linked' : 'platform'}>
            <PlatformIcon platform={platform} />
            <span>{ui.t(`common:platform.${platform}`)}</span>
            <span class="visually-hidden">{ui.t(on ? 'web:profile.linked' : 'web:profile.not_linked')}</span>
          </li>
        )
      })}
    </ul>
  )
}

export function SunIcon() {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M12 7A5 5 0 1 0 12 17A5 5 0 1 0 12 7ZM11 1H13V4.5H11ZM11 19.5H13V23H11ZM1 11H4.5V13H1ZM19.5 11H23V13H19.5ZM3.5 5L5 3.5L7.5 6L6 7.5ZM16.5 18L18 16.5L20.5 19L19 20.5ZM5 20.5L3.5 19L6 16.5L7.5 18ZM18 7.5L16.5 6L19 3.5L20.5 5Z" />
    </svg>
  )
}

export function MoonIcon() {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M13.5 2.5A9.5 9.5 0 1 0 21.5 14.5A7.5 7.5 0 0 1 13.5 2.5Z" />
    </svg>
  )
}

export function PersonIcon() {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M12 2A5 5 0 1 0 12 12A5 5 0 1 0 12 2ZM2 22C2 17 6.5 14 12 14C17.5 14 22 17 22 22Z" />
    </svg>
  )
}
