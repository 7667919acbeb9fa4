import { RankEmblem } from './emblem.js'
import { PlatformIcon } from './icons.js'
import { PLATFORMS } from './view-models.js'

/** Three platforms that run together into one rank: the site's idea in one picture. Decoration. */
export function HeroArt() {
  return (
    <div class="hero-art" aria-hidden="true">
      <svg class="hero-lines" viewBox="0 0 400 360" aria-hidden="true" focusable="false">
        <path class="hero-hex" d="M200 14L354 92V258L200 346L46 258V92Z" />
        <path class="hero-hex is-inner" d="M200 62L312 119V238L200 302L88 238V119Z" />
        <path class="hero-line" d="M46 92L116 132" />
        <path class="hero-line" d="M354 92L284 132" />
        <path class="hero-line" d="M200 346V266" />
      </svg>
      {PLATFORMS.map((platform) => (
        <span class={`hero-node hero-node-${platform}`}>
          <PlatformIcon platform={platform} />
        </span>
      ))}
      <RankEmblem rank={{ tier: 'S', star: 2 }} size="large" />
    </div>
  )
}
