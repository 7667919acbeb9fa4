import type { PageProps } from './layout.js'

/** The pages that a member has for himself, in the order of the tabs; the words stand under `own`. */
const OWN_PAGES = [
  { word: 'profile', href: '/profile' },
  { word: 'statement', href: '/profile/statement' },
  { word: 'link', href: '/link' },
  { word: 'settings', href: '/settings' },
  { word: 'sessions', href: '/settings/sessions' },
  { word: 'data', href: '/settings/data' },
] as const

/** Leads between a member's own pages; stands at the top of each of them. */
export function OwnTabs({ ui, frame }: PageProps) {
  return (
    <nav class="choices own-tabs" aria-label={ui.t('web:own.label')}>
      {OWN_PAGES.map(({ word, href }) => (
        <a class="choice" href={href} aria-current={frame.path === href ? 'page' : undefined}>
          {ui.t(`web:own.${word}`)}
        </a>
      ))}
      {frame.viewer?.adminHref !== undefined && (
        <a class="choice" href={frame.viewer.adminHref}>
          {ui.t('web:own.admin')}
        </a>
      )}
    </nav>
  )
}
