import type { Restriction } from '../../../core/restrictions/read-restriction.js'
import { Alert } from './form.js'
import type { PageProps } from './layout.js'
import { SignInFrame } from './sign-in.js'

/** `/restricted`: kind words, the reason, and what can still be done. */
export function RestrictedPage({ ui, frame, restriction }: PageProps & { restriction: Restriction }) {
  const { t } = ui
  const { kind, reason, since, until } = restriction
  return (
    <SignInFrame ui={ui} frame={frame} title={t('restrictions:page.title')}>
      <Alert text={t(`restrictions:page.intro_${kind}`)} />
      <dl class="restricted-facts">
        <dt>{t('restrictions:page.reason')}</dt>
        <dd dir="auto">{reason}</dd>
        <dt>{t('restrictions:page.since')}</dt>
        <dd>
          <time datetime={since.toISOString()}>{ui.moment(since)}</time>
        </dd>
        <dt>{t('restrictions:page.until')}</dt>
        <dd>
          {until ? (
            <time datetime={until.toISOString()}>{ui.moment(until)}</time>
          ) : (
            t('restrictions:page.until_lifted')
          )}
        </dd>
      </dl>
      <p>{t('restrictions:page.ask')}</p>
      <p>
        <a class="button button-quiet" href="/settings/data">
          {t('restrictions:page.data')}
        </a>
      </p>
    </SignInFrame>
  )
}
