import type { Child } from '#jsx/jsx-runtime'
import { Alert } from '../views/form.js'
import { Layout, type PageProps } from '../views/layout.js'
import type { Ending } from './admin-kit.js'

/** The pages of the admins in the order of their tabs. */
const ADMIN_PAGES = [
  { word: 'overview', href: '/admin' },
  { word: 'members', href: '/admin/members' },
  { word: 'events', href: '/admin/events' },
  { word: 'deliveries', href: '/admin/deliveries' },
  { word: 'roles', href: '/admin/roles' },
  { word: 'imports', href: '/admin/imports' },
  { word: 'places', href: '/admin/places' },
  { word: 'rules', href: '/admin/rules' },
  { word: 'audit', href: '/admin/audit' },
] as const

/** The frame of an admin's page: the way to the others, the title, what became of the last act. */
export function AdminPage(props: PageProps & { title: string; ending?: Ending; children: Child }) {
  const { ui, frame, title, ending } = props
  const { t } = ui
  const meta = {
    title: t('auth:brand_title', { title }),
    description: t('admin:description'),
    index: false,
  }
  const isHere = (href: string) =>
    frame.path === href || (href !== '/admin' && frame.path.startsWith(`${href}/`))
  return (
    <Layout ui={ui} frame={frame} meta={meta} section={null}>
      <div class="admin">
        <nav class="choices own-tabs" aria-label={t('admin:tabs')}>
          {ADMIN_PAGES.map(({ word, href }) => (
            <a class="choice" href={href} aria-current={isHere(href) ? 'page' : undefined}>
              {t(`admin:tab.${word}`)}
            </a>
          ))}
        </nav>
        <h1>
          <bdi>{title}</bdi>
        </h1>
        {ending && 'done' in ending && <Alert calm text={t(`admin:done.${ending.done}`)} />}
        {ending && 'problem' in ending && <Alert text={t(`admin:problem.${ending.problem}`)} />}
        {props.children}
      </div>
    </Layout>
  )
}
