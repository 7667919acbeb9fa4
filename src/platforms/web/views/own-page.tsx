import type { Child } from '#jsx/jsx-runtime'
import { Layout, type PageProps } from './layout.js'
import { OwnTabs } from './own-tabs.js'

/** A member's own page in one column: the way to the others on top, then its title. Needs the sheet `settings`. */
export function OwnPage(props: PageProps & { title: string; lead?: string; children: Child }) {
  const { ui, frame, title } = props
  const meta = {
    title: ui.t('auth:brand_title', { title }),
    description: ui.t('web:meta.error_description'),
    index: false,
  }
  return (
    <Layout ui={ui} frame={frame} meta={meta} section={null}>
      <div class="settings">
        <OwnTabs ui={ui} frame={frame} />
        <header>
          <h1>{title}</h1>
          {props.lead && <p class="narrow-lead">{props.lead}</p>}
        </header>
        {props.children}
      </div>
    </Layout>
  )
}
