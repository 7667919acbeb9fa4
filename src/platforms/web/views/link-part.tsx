import type { PutBackQuestion } from '../../../core/linking/put-back.js'
import type { PreviewUndo } from '../../../core/merging/undo-merge.js'
import { undoQuestionPhrases } from '../../../core/merging/undo-phrases.js'
import type { PlatformName } from '../../../db/schema.js'
import { Alert, Form } from './form.js'
import type { PageProps } from './layout.js'
import { OwnPage } from './own-page.js'
import { phraseText } from './phrase.js'
import type { Ui } from './ui.js'

/** Why it cannot be done, and the way back. */
export function SorryPage({ ui, frame, text }: PageProps & { text: string }) {
  return (
    <OwnPage ui={ui} frame={frame} title={ui.t('weblink:title')}>
      <Alert text={text} />
      <Back ui={ui} word="weblink:question.back" />
    </OwnPage>
  )
}

function Back({ ui, word }: { ui: Ui; word: string }) {
  return (
    <a class="button" href="/link">
      {ui.t(word)}
    </a>
  )
}

/** Staying as it is comes first. */
function Decide(props: { ui: Ui; action: string; token: string; keep: string; yes: string }) {
  return (
    <div class="form-actions">
      <Back ui={props.ui} word={props.keep} />
      <Form action={props.action} token={props.token} class="form-inline">
        <button class="button button-quiet" type="submit">
          {props.yes}
        </button>
      </Form>
    </div>
  )
}

type UnlinkModel = { platform: PlatformName; left: readonly PlatformName[]; token: string }

/** The question before unlinking: what stays, what goes. */
export function UnlinkPage({ ui, frame, model }: PageProps & { model: UnlinkModel }) {
  const { t } = ui
  const name = (platform: PlatformName) => t(`common:platform.${platform}`)
  const platform = name(model.platform)
  return (
    <OwnPage ui={ui} frame={frame} title={t('linking:unlink.title', { platform })}>
      <section class="card settings-card">
        <p>{t('linking:unlink.stays', { platforms: model.left.map(name).join(' + ') })}</p>
        <p>{t('linking:unlink.leaves', { platform })}</p>
        <p>{t('weblink:unlink.sessions')}</p>
        <p class="soft">
          {t('linking:unlink.once')} {t('weblink:unlink.back_within')}
        </p>
        <Decide
          ui={ui}
          action={`/link/unlink/${model.platform}`}
          token={model.token}
          keep="linking:unlink.cancel"
          yes={t('linking:unlink.yes', { platform })}
        />
      </section>
    </OwnPage>
  )
}

type UndoModel = {
  asked: Extract<PreviewUndo, { status: 'allowed' }>
  platform: PlatformName
  token: string
}

/** The question before a merge is undone: what either side gets back. */
export function UndoPage({ ui, frame, model }: PageProps & { model: UndoModel }) {
  const { t } = ui
  const { asked, platform } = model
  return (
    <OwnPage ui={ui} frame={frame} title={t('merging:undo.title')}>
      <section class="card settings-card">
        {undoQuestionPhrases(asked, platform).map((phrase) => (
          <p>{phraseText(ui, phrase)}</p>
        ))}
        <p>{t('weblink:undo.sessions')}</p>
        <Decide
          ui={ui}
          action={`/link/undo/${asked.merge}`}
          token={model.token}
          keep="merging:undo.no"
          yes={t('merging:undo.yes')}
        />
      </section>
    </OwnPage>
  )
}

type PutBackModel = { asked: Extract<PutBackQuestion, { status: 'allowed' }>; token: string }

/** The question before an unlinking is taken back. */
export function PutBackPage({ ui, frame, model }: PageProps & { model: PutBackModel }) {
  const { t } = ui
  const platform = t(`common:platform.${model.asked.platform}`)
  return (
    <OwnPage ui={ui} frame={frame} title={t('weblink:put_back.title', { platform })}>
      <section class="card settings-card">
        <p>{t('weblink:put_back.text')}</p>
        <p>{t('weblink:put_back.safe')}</p>
        <Decide
          ui={ui}
          action={frame.path}
          token={model.token}
          keep="weblink:put_back.no"
          yes={t('weblink:put_back.yes')}
        />
      </section>
    </OwnPage>
  )
}
