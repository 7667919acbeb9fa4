import type { LinkFacts } from '../../../core/linking/link-facts.js'
import { factPhrases, linkEndPhrases, restrictedPhrases } from '../../../core/linking/link-phrases.js'
import type { LinkEnd } from '../../../core/linking/link-request.js'
import type { LinkPreview, ReadLink } from '../../../core/linking/read-link-request.js'
import { type PreviewLine, previewLines } from '../../../core/merging/preview-lines.js'
import { Alert, Form } from './form.js'
import type { PageProps } from './layout.js'
import { OwnPage } from './own-page.js'
import { phraseText } from './phrase.js'
import type { Ui } from './ui.js'

export const QUESTION_NOTES = ['changed', 'sent'] as const

export type RequestPageModel = {
  request: string
  read: Extract<ReadLink, { status: 'open' }>
  /** The other side's picture. */
  face: string | null
  note: (typeof QUESTION_NOTES)[number] | null
  token: string
}

/** What is known of a side; a restriction stands in red. */
export function FactCard(props: { ui: Ui; title: string; facts: LinkFacts; face: string | null }) {
  const { ui, title, facts, face } = props
  const id = `facts-${facts.platform}`
  return (
    <section class="card settings-card link-side" aria-labelledby={id}>
      <div class="link-head">
        {face && <img class="face" src={face} width="56" height="56" alt="" />}
        <h2 id={id}>{title}</h2>
      </div>
      <ul class="link-facts">
        {factPhrases(facts).map((phrase) => (
          <li>
            <bdi>{phraseText(ui, phrase)}</bdi>
          </li>
        ))}
      </ul>
      {restrictedPhrases(facts).map((phrase) => (
        <p class="link-restricted">{phraseText(ui, phrase)}</p>
      ))}
    </section>
  )
}

/** Field by field what a merge makes of both. */
export function PreviewTable({ ui, shown }: { ui: Ui; shown: LinkPreview }) {
  const { t } = ui
  const value = (name: PreviewLine['name'], amount: number): string => {
    if (name === 'voice') return ui.duration(amount)
    const rank = name === 'rank' ? shown.ranks[amount] : undefined
    return rank ? t('common:rank', { tier: rank.tier, star: rank.star }) : ui.number(amount)
  }
  const columns = ['mine', 'theirs', 'result'] as const
  return (
    <section class="card settings-card" aria-labelledby="preview-title">
      <h2 id="preview-title">{t('weblink:preview.title')}</h2>
      <table class="link-preview">
        <thead>
          <tr>
            <th scope="col">{t('weblink:preview.field')}</th>
            {columns.map((column) => (
              <th scope="col">{t(`weblink:preview.${column}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {previewLines(shown).map((line) => (
            <tr>
              <th scope="row">{t(`weblink:preview.${line.name}`)}</th>
              {columns.map((column) => (
                <td class={column === 'result' ? 'link-result' : undefined}>
                  {value(line.name, line[column])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.preview.private.result && <p>{t('merging:preview.private')}</p>}
      <p>{t('merging:preview.frozen')}</p>
      <p class="soft">{t('merging:preview.undo')}</p>
    </section>
  )
}

/** Yes and no; no comes first and is what a press of Enter means. */
export function Answer(props: { ui: Ui; action: string; token: string; request?: string; merge: boolean }) {
  const { t } = props.ui
  return (
    <Form action={props.action} token={props.token} class="form-actions">
      {props.request && <input type="hidden" name="request" value={props.request} />}
      <button class="button" type="submit" name="answer" value="no">
        {t('linking:ask.cancel')}
      </button>
      <button class="button button-quiet" type="submit" name="answer" value="yes">
        {t(props.merge ? 'weblink:question.yes_merge' : 'linking:ask.yes')}
      </button>
    </Form>
  )
}

/** `/link/request/<id>`: the question of a typed code. */
export function RequestPage({ ui, frame, model }: PageProps & { model: RequestPageModel }) {
  const { t } = ui
  const { role, turn, other, preview, expiresAt } = model.read
  const name = other.username === null ? other.displayName : `@${other.username}`
  const platform = t(`common:platform.${other.platform}`)
  const title = t(preview ? 'weblink:question.merge_title' : 'weblink:question.title')
  return (
    <OwnPage ui={ui} frame={frame} title={title}>
      {model.note === 'changed' && <Alert text={t('weblink:question.changed')} />}
      <FactCard
        ui={ui}
        title={t(role === 'typist' ? 'linking:facts.owner' : 'linking:facts.typist')}
        facts={other}
        face={model.face}
      />
      {preview && <PreviewTable ui={ui} shown={preview} />}
      {role === turn ? (
        <section class="card settings-card">
          <p>
            <strong>{t('linking:ask.one_account', { name })}</strong>
          </p>
          <p>{t(`linking:ask.${role}`)}</p>
          <p class="soft">{t('linking:ask.until', { time: ui.moment(expiresAt) })}</p>
          <Answer
            ui={ui}
            action={`/link/request/${model.request}`}
            token={model.token}
            merge={preview !== null}
          />
        </section>
      ) : (
        <section class="card settings-card">
          <p role="status">
            {t(model.note === 'sent' ? 'weblink:question.sent' : 'weblink:question.waits', { platform })}
          </p>
          {model.note !== 'sent' && <p class="soft">{t('weblink:question.waits_hint')}</p>}
          <p>
            <a class="button button-quiet" href={`/link/request/${model.request}`}>
              {t('weblink:code.check')}
            </a>
          </p>
        </section>
      )}
    </OwnPage>
  )
}

/** How a question ended; null: there is none for this reader. */
export function EndedPage({ ui, frame, end }: PageProps & { end: LinkEnd | null }) {
  const { t } = ui
  const good = end?.status === 'linked' || end?.status === 'merged' || end?.status === 'proven'
  const lines = end ? linkEndPhrases(end).map((phrase) => phraseText(ui, phrase)) : []
  return (
    <OwnPage ui={ui} frame={frame} title={t('weblink:question.ended')}>
      <Alert
        text={lines[0] ?? t('weblink:question.not_yours')}
        {...(lines[1] ? { more: lines[1] } : {})}
        calm={good}
      />
      <p>
        <a class="button" href="/link">
          {t('weblink:question.back')}
        </a>
      </p>
    </OwnPage>
  )
}
