import { ADJUST_MAX } from '../../../core/accounts/adjust-account.js'
import { RESTRICTION_KINDS } from '../../../core/restrictions/restriction.js'
import { Form } from '../views/form.js'
import type { Ui } from '../views/ui.js'
import { Card, Input } from './parts.js'

type FormProps = { ui: Ui; token: string; accountId: number }
export const REASON_MAX = 500

/** Changes a member's XP and coins. */
export function AdjustForm({ ui, token, accountId, own }: FormProps & { own: boolean }) {
  const { t } = ui
  return (
    <Card title={t('admin:adjust.title')} note={t('admin:adjust.note', { max: ui.number(ADJUST_MAX) })}>
      {own && <p class="admin-bad">{t('admin:adjust.own')}</p>}
      <Form action={`/admin/members/${accountId}/adjust`} token={token} class="admin-form">
        {['xp', 'coins'].map((name) => (
          <Input
            label={t(`admin:adjust.${name}`)}
            name={name}
            type="number"
            value="0"
            min={-ADJUST_MAX}
            max={ADJUST_MAX}
          />
        ))}
        <Input label={t('admin:reason')} name="reason" maxlength={REASON_MAX} />
        <button class="button" type="submit">
          {t('admin:adjust.submit')}
        </button>
      </Form>
    </Card>
  )
}

/** Restricts a member, and lifts what is in force. */
export function RestrictForm({ ui, token, accountId, inForce }: FormProps & { inForce: boolean }) {
  const { t } = ui
  return (
    <Card title={t('admin:restrict.give')} note={t('admin:restrict.note')}>
      <Form action={`/admin/members/${accountId}/restrict`} token={token} class="admin-form">
        <label class="admin-field">
          <span>{t('admin:restrict.kind')}</span>
          <select name="kind">
            {RESTRICTION_KINDS.map((kind) => (
              <option value={kind}>{t(`admin:restrict.kinds.${kind}`)}</option>
            ))}
          </select>
        </label>
        <Input label={t('admin:restrict.until')} name="until" type="date" optional />
        <Input label={t('admin:reason')} name="reason" maxlength={REASON_MAX} />
        <button class="button button-danger" type="submit">
          {t('admin:restrict.submit')}
        </button>
      </Form>
      {inForce && (
        <Form action={`/admin/members/${accountId}/lift`} token={token} class="admin-form">
          <Input label={t('admin:restrict.lift_reason')} name="reason" maxlength={REASON_MAX} optional />
          <button class="button" type="submit">
            {t('admin:restrict.lift')}
          </button>
        </Form>
      )}
    </Card>
  )
}

/** Gives a sign-in link of one use. */
export function LinkForm({ ui, token, accountId }: FormProps) {
  const { t } = ui
  return (
    <Card title={t('admin:link.title')} note={t('admin:link.note')}>
      <Form action={`/admin/members/${accountId}/sign-in-link`} token={token} class="admin-form">
        <button class="button button-quiet" type="submit">
          {t('admin:link.submit')}
        </button>
      </Form>
    </Card>
  )
}
