import type { LinkNews } from '../../../core/linking/link-news.js'
import type { LinkRole } from '../../../core/linking/link-request.js'
import type { OfferedPutBack } from '../../../core/linking/unlinks.js'
import type { LinkedPlatform } from '../../../core/profiles/linked-platforms.js'
import { maskEmail } from '../../../core/website/placeholder-email.js'
import type { SignInProblem, WebAuth } from '../auth/web-auth.js'
import { Alert, Form } from './form.js'
import { PlatformIcon } from './icons.js'
import type { PageProps } from './layout.js'
import { AddCards } from './link-add.js'
import { OldClaimsNotice } from './old-claims.js'
import { OwnPage } from './own-page.js'
import { phraseText } from './phrase.js'
import { ProblemAlert } from './sign-in.js'
import type { Ui } from './ui.js'
import type { Platform } from './view-models.js'

export const LINK_NOTES = ['unlinked', 'put_back', 'dropped', 'no_identity'] as const

export type LinkPageModel = {
  /** As what the reader acts here; null: this session proves nobody. */
  acting: Platform | null
  identities: readonly LinkedPlatform[]
  /** An old row joined these without proof. */
  unproven: boolean
  /** Logins whose address nothing has proven. */
  logins: readonly { userId: string; email: string }[]
  ways: ReturnType<WebAuth['ways']>
  botUrl: string | null
  pending: readonly { request: string; role: LinkRole; turn: LinkRole; expiresAt: Date; other: Platform }[]
  merges: readonly { id: number; mergedAt: Date; undoUntil: Date }[]
  putBacks: readonly OfferedPutBack[]
  frozen: { coins: number; until: Date } | null
  news: readonly LinkNews[]
  oldClaims: boolean
  note: (typeof LINK_NOTES)[number] | null
  problem: SignInProblem | null
  token: string
}

function Note({ ui, note }: { ui: Ui; note: NonNullable<LinkPageModel['note']> }) {
  const { t } = ui
  switch (note) {
    case 'no_identity':
      return <Alert text={t('weblink:code.problem.no_identity')} />
    case 'dropped':
      return <Alert text={t('weblink:linked.dropped')} calm />
    case 'unlinked':
      return <Alert text={t('weblink:unlink.done')} calm />
    case 'put_back':
      return <Alert text={t('weblink:put_back.done_here')} calm />
    default:
      return note satisfies never
  }
}

function Linked({ ui, model }: { ui: Ui; model: LinkPageModel }) {
  const { t } = ui
  return (
    <section class="card settings-card" aria-labelledby="linked-title">
      <h2 id="linked-title">{t('weblink:linked.title')}</h2>
      <ul class="link-list">
        {model.identities.map(({ platform, name, idTail, since }) => {
          const title = t(`common:platform.${platform}`)
          const hint = platform === 'website' ? maskEmail(name ?? '') : `${name ? `@${name} ` : ''}…${idTail}`
          return (
            <li class={`link-row is-${platform}`}>
              <span class="link-icon">
                <PlatformIcon platform={platform} />
              </span>
              <span class="link-words">
                <strong>{title}</strong>
                {model.acting === platform && <span class="badge">{t('weblink:linked.this')}</span>}
                <span class="soft link-hint">
                  <bdi>{hint}</bdi> · {t('weblink:linked.since', { date: ui.date(since) })}
                </span>
              </span>
              <a
                class="button button-small button-quiet"
                href={`/link/unlink/${platform}`}
                aria-label={t('weblink:linked.unlink_label', { platform: title })}
              >
                {t('weblink:linked.unlink')}
              </a>
            </li>
          )
        })}
        {model.logins.map(({ userId, email }) => (
          <li class="link-row">
            <span class="link-icon">
              <PlatformIcon platform="website" />
            </span>
            <span class="link-words">{t('weblink:linked.unproven', { email: maskEmail(email) })}</span>
            <Form action="/link/drop" token={model.token} class="form-inline">
              <input type="hidden" name="login" value={userId} />
              <button class="button button-small button-quiet" type="submit">
                {t('weblink:linked.drop')}
              </button>
            </Form>
          </li>
        ))}
      </ul>
      {model.unproven && <p>{t('weblink:linked.link_unproven')}</p>}
      {model.frozen && (
        <p class="link-frozen">
          {t('weblink:frozen', {
            when: ui.moment(model.frozen.until),
            coins: ui.number(model.frozen.coins),
          })}
        </p>
      )}
    </section>
  )
}

/** One line with a way on. */
function Offer(props: { title: string; hint: string; href: string; label: string; loud?: boolean }) {
  return (
    <li class="link-row">
      <span class="link-words">
        <strong>{props.title}</strong>
        <span class="soft link-hint">{props.hint}</span>
      </span>
      <a
        class={props.loud ? 'button button-small' : 'button button-small button-quiet'}
        href={props.href}
        aria-label={`${props.label}: ${props.title}`}
      >
        {props.label}
      </a>
    </li>
  )
}

function Waiting({ ui, model }: { ui: Ui; model: LinkPageModel }) {
  const { t } = ui
  return (
    <section class="card settings-card" aria-labelledby="waiting-title">
      <h2 id="waiting-title">{t('weblink:waiting.title')}</h2>
      <ul class="link-list">
        {model.pending.map(({ request, role, turn, expiresAt, other }) => (
          <Offer
            title={t(role === turn ? 'weblink:waiting.mine' : 'weblink:waiting.theirs', {
              platform: t(`common:platform.${other}`),
            })}
            hint={t('weblink:waiting.until', { time: ui.moment(expiresAt) })}
            href={`/link/request/${request}`}
            label={t('weblink:waiting.answer')}
            loud={role === turn}
          />
        ))}
      </ul>
    </section>
  )
}

function Undoable({ ui, model }: { ui: Ui; model: LinkPageModel }) {
  const { t } = ui
  return (
    <section class="card settings-card" aria-labelledby="undo-title">
      <h2 id="undo-title">
        {model.merges.length > 0 ? t('weblink:merges.title') : t('weblink:put_backs.title')}
      </h2>
      <ul class="link-list">
        {model.merges.map(({ id, mergedAt, undoUntil }) => (
          <Offer
            title={t('weblink:merges.one', { date: ui.date(mergedAt) })}
            hint={t('weblink:merges.until', { date: ui.date(undoUntil) })}
            href={`/link/undo/${id}`}
            label={t('weblink:merges.look')}
          />
        ))}
        {model.putBacks.map(({ unlink, platform, at, until }) => (
          <Offer
            title={t('weblink:put_backs.one', {
              platform: t(`common:platform.${platform}`),
              date: ui.date(at),
            })}
            hint={t('weblink:put_backs.until', { date: ui.date(until) })}
            href={`/link/restore/${unlink}`}
            label={t('weblink:put_backs.look')}
          />
        ))}
      </ul>
    </section>
  )
}

function News({ ui, news }: { ui: Ui; news: readonly LinkNews[] }) {
  return (
    <section class="card settings-card" aria-labelledby="news-title">
      <h2 id="news-title">{ui.t('weblink:news.title')}</h2>
      {news.length === 0 && <p class="soft">{ui.t('weblink:news.none')}</p>}
      <ul class="link-news">
        {news.map(({ at, phrase }) => (
          <li>
            <time class="soft" datetime={at.toISOString()}>
              {ui.moment(at)}
            </time>{' '}
            {phraseText(ui, phrase)}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** `/link`: every link of the account, and what can be done about it. */
export function LinkPage({ ui, frame, model }: PageProps & { model: LinkPageModel }) {
  const { t } = ui
  return (
    <OwnPage ui={ui} frame={frame} title={t('weblink:title')} lead={t('weblink:lead')}>
      {model.problem && <ProblemAlert ui={ui} note={{ problem: model.problem }} />}
      {model.note && <Note ui={ui} note={model.note} />}
      {model.oldClaims && <OldClaimsNotice ui={ui} />}
      {model.pending.length > 0 && <Waiting ui={ui} model={model} />}
      <Linked ui={ui} model={model} />
      <AddCards ui={ui} model={model} />
      {model.merges.length + model.putBacks.length > 0 && <Undoable ui={ui} model={model} />}
      <News ui={ui} news={model.news} />
    </OwnPage>
  )
}

type NobodyModel = { problem: SignInProblem | null; discord: boolean; token: string }

/** `/link` for a login that opens nothing yet. */
export function NobodyPage({ ui, frame, model }: PageProps & { model: NobodyModel }) {
  const { t } = ui
  return (
    <OwnPage ui={ui} frame={frame} title={t('weblink:title')} lead={t('weblink:nobody')}>
      {model.problem && <ProblemAlert ui={ui} note={{ problem: model.problem }} />}
      {model.discord && (
        <Form action="/link/discord" token={model.token}>
          <button class="button button-discord" type="submit">
            {t('weblink:add.discord')}
          </button>
        </Form>
      )}
    </OwnPage>
  )
}
