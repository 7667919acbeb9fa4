import { addDays } from '../../../core/progression/community-day.js'
import {
  STATEMENT_KINDS,
  STATEMENT_SOURCES,
  type StatementFilter,
} from '../../../core/statement/statement-filter.js'
import { groupActs } from './act-groups.js'
import { ActLine, byDay } from './acts.js'
import { EmptyState } from './empty-state.js'
import { Layout, type PageProps } from './layout.js'
import { OwnTabs } from './own-tabs.js'
import type { ActModel } from './own-view-models.js'
import type { Ui } from './ui.js'
import { withQuery } from './urls.js'

export const STATEMENT_PATH = '/profile/statement'

export type StatementPageModel = {
  acts: readonly ActModel[]
  nextSeq: number | null
  today: string
  filter: StatementFilter
  /** The key of this page; null on the first. */
  before: number | null
}

/** The address of a page of the statement; what is the default stays out of it. */
export function statementHref({ source, kind }: StatementFilter, before: number | null = null): string {
  return withQuery(STATEMENT_PATH, statementQuery({ source, kind }, before))
}

/** The query of such an address. */
export function statementQuery(
  { source, kind }: StatementFilter,
  before: number | null,
): Record<string, string> {
  return {
    ...(source ? { source } : {}),
    ...(kind ? { kind } : {}),
    ...(before === null ? {} : { before: String(before) }),
  }
}

function Choice({ href, on, text }: { href: string; on: boolean; text: string }) {
  return (
    <a class="chip" href={href} aria-current={on ? 'true' : undefined}>
      {text}
    </a>
  )
}

function Filters({ ui, filter }: { ui: Ui; filter: StatementFilter }) {
  const { t } = ui
  const { source = null, kind = null } = filter
  return (
    <div class="filters">
      <nav class="chips" aria-label={t('statement:filter.source_label')}>
        <Choice
          href={statementHref({ kind })}
          on={source === null}
          text={t('statement:filter.all_sources')}
        />
        {STATEMENT_SOURCES.map((one) => (
          <Choice
            href={statementHref({ source: one, kind })}
            on={source === one}
            text={t(`statement:filter.source.${one}`)}
          />
        ))}
      </nav>
      <nav class="chips" aria-label={t('statement:filter.kind_label')}>
        <Choice href={statementHref({ source })} on={kind === null} text={t('statement:filter.all_kinds')} />
        {STATEMENT_KINDS.map((one) => (
          <Choice
            href={statementHref({ source, kind: one })}
            on={kind === one}
            text={t(`statement:filter.kind.${one}`)}
          />
        ))}
      </nav>
    </div>
  )
}

function dayName(ui: Ui, day: string, today: string): string {
  const name = ui.date(new Date(`${day}T12:00:00Z`))
  if (day === today) return `${ui.t('statement:today')}, ${name}`
  return day === addDays(today, -1) ? `${ui.t('statement:yesterday')}, ${name}` : name
}

function Nothing({ ui, model }: { ui: Ui; model: StatementPageModel }) {
  const word =
    model.nextSeq !== null ? 'not_here' : model.filter.source || model.filter.kind ? 'nothing' : 'empty'
  return (
    <div class="card">
      <EmptyState title={ui.t(`statement:${word}_title`)} text={ui.t(`statement:${word}_text`)} art="bars" />
    </div>
  )
}

function Pages({ ui, model }: { ui: Ui; model: StatementPageModel }) {
  const { filter, before, nextSeq, acts } = model
  if (before === null && nextSeq === null) return null
  return (
    <nav class="pages" aria-label={ui.t('statement:pages')}>
      {nextSeq !== null && (
        <a class="button" href={statementHref(filter, nextSeq)} rel="next">
          {ui.t(acts.length === 0 ? 'statement:look_further' : 'statement:older')}
        </a>
      )}
      {before !== null && (
        <a class="button button-quiet" href={statementHref(filter)}>
          {ui.t('statement:newest')}
        </a>
      )}
    </nav>
  )
}

/** `/profile/statement`: every act of a member and why it paid what it paid, for himself alone. */
export function StatementPage({ ui, frame, model }: PageProps & { model: StatementPageModel }) {
  const { t } = ui
  const meta = {
    title: `${t('statement:title')} | ${t('web:brand')}`,
    description: t('statement:description'),
    index: false,
  }
  return (
    <Layout ui={ui} frame={frame} meta={meta} section={null}>
      <OwnTabs ui={ui} frame={frame} />
      <h1>{t('statement:title')}</h1>
      <p class="statement-lead">{t('statement:lead')}</p>
      <Filters ui={ui} filter={model.filter} />
      {model.acts.length === 0 && <Nothing ui={ui} model={model} />}
      {byDay(ui, groupActs(model.acts)).map(({ day, groups }) => (
        // No landmark: what was written down late can put one day into two places.
        <div class="card statement-day">
          <h2>
            <time datetime={day}>{dayName(ui, day, model.today)}</time>
          </h2>
          <ol class="acts">
            {groups.map((group) => (
              <ActLine ui={ui} group={group} full />
            ))}
          </ol>
        </div>
      ))}
      <Pages ui={ui} model={model} />
    </Layout>
  )
}
