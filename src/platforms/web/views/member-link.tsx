import { memberName } from './names.js'
import type { Ui } from './ui.js'
import { memberHref } from './urls.js'
import type { MemberRef } from './view-models.js'

/** A member's name as a link to the profile. The name stands in its own direction box and is always escaped. */
export function MemberLink({ ui, member, id }: { ui: Ui; member: MemberRef; id?: string }) {
  return (
    <a class="member" id={id} href={memberHref(member.accountId)}>
      <bdi>{memberName(ui, member)}</bdi>
    </a>
  )
}
