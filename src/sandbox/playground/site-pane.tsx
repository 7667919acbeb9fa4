import type { Translate } from '../../i18n/translate.js'
import { Icon } from './icons.js'

/** The website in a frame, with an address line that follows it. */
export function SitePane({ t, path }: { t: Translate; path: string }) {
  return (
    <section class="pane pane-site" id="pane-site" aria-label={t('sandbox:site')}>
      <div class="frame-bar">
        <button type="button" class="tool" data-frame="back" aria-label={t('sandbox:frame.back')}>
          <Icon name="back" />
        </button>
        <button type="button" class="tool" data-frame="reload" aria-label={t('sandbox:frame.reload')}>
          <Icon name="reload" />
        </button>
        <button type="button" class="tool" data-frame="home" aria-label={t('sandbox:frame.home')}>
          <Icon name="home" />
        </button>
        <form class="frame-address" id="frame-form">
          <input
            id="frame-path"
            class="frame-path"
            value={path}
            aria-label={t('sandbox:frame.address')}
            autocomplete="off"
            spellcheck={false}
            enterkeyhint="go"
          />
        </form>
        <a
          class="tool"
          id="frame-open"
          href={path}
          target="_blank"
          rel="noopener"
          aria-label={t('sandbox:frame.open')}
        >
          <Icon name="open" />
        </a>
      </div>
      <iframe id="site-frame" class="frame" src={path} title={t('sandbox:frame.title')} />
    </section>
  )
}
