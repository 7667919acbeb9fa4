// Dialogs: a person's card with roles and what a moderator may do, and questions before what is not easily undone.
import { act, byId, el, face, glyph, nameNode, now, t, tinted } from './sandbox-discord-dom.js'
import { guildNow, membersNow } from './sandbox-discord-side.js'

export const dialog = byId('dc-dialog')

/** Asks before something that is not easily undone. */
export function ask(question, label, run) {
  const close = () => dialog.close()
  const sure = () => {
    close()
    void run()
  }
  dialog.replaceChildren(
    el(
      'div',
      { className: 'dc-card' },
      el('h2', {}, question),
      el(
        'div',
        { className: 'dc-row' },
        el('button', { type: 'button', className: 'dc-button secondary', onClick: close }, t('cancel')),
        el('button', { type: 'button', className: 'dc-button danger', onClick: sure }, label),
      ),
    ),
  )
  dialog.showModal()
}

function roleChip(role, node = 'li') {
  return tinted(
    el(node, { className: 'dc-role' }, el('span', { className: 'dc-dot' }), role.name),
    role.color,
    '--bar',
  )
}

/** Opens the card of a person: roles, the bot's entries for people, and what a moderator may do. */
export function openCard(id) {
  const guild = guildNow()
  const member = membersNow().find((one) => one.id === id)
  if (!guild || !member) return
  const roles = member.roles.map((role) => guild.roles.find((one) => one.id === role)).filter(Boolean)
  const close = () => dialog.close()
  const doing = (label, run, on) =>
    el(
      'button',
      {
        type: 'button',
        className: 'dc-button secondary',
        'aria-pressed': on === undefined ? undefined : String(on),
        onClick: () => {
          close()
          void run()
        },
      },
      label,
    )
  const menus = guild.commands.filter((one) => one.type === 2)
  const target = { guild: guild.id, target: id }
  const deeds = [
    ...menus.map((one) =>
      doing(one.label, () => act('menu', { channel: now.channel, name: one.name, target: id })),
    ),
    guild.may.mute &&
      doing(t('serverMute'), () => act('serverMute', { ...target, on: !member.mute }), member.mute),
    guild.may.deafen &&
      doing(t('serverDeaf'), () => act('serverDeaf', { ...target, on: !member.deaf }), member.deaf),
    guild.may.kick && doing(t('kick'), () => act('kick', target)),
  ]
  dialog.replaceChildren(
    el(
      'div',
      { className: 'dc-card' },
      el(
        'header',
        { className: 'dc-card-head' },
        face(member, 'dc-face large'),
        el('h2', {}, nameNode(member)),
        closer(close),
      ),
      el('h3', {}, t('roles')),
      roles.length > 0
        ? el(
            'ul',
            { className: 'dc-roles' },
            roles.map((one) => roleChip(one)),
          )
        : el('p', {}, t('noRoles')),
      el('div', { className: 'dc-row' }, deeds.filter(Boolean)),
      roleSwitches(guild, member),
      el('p', { className: 'dc-dialog-note', role: 'alert' }),
    ),
  )
  dialog.showModal()
}

export function closer(close) {
  return el(
    'button',
    { type: 'button', className: 'dc-tool', 'aria-label': t('close'), onClick: close },
    glyph('close'),
  )
}

function roleSwitches(guild, member) {
  const mine = guild.roles.filter((one) => one.mine)
  if (mine.length === 0) return null
  const boxes = mine.map((role) => {
    const box = el('input', { type: 'checkbox', checked: member.roles.includes(role.id) })
    box.addEventListener('change', async () => {
      const done = await act('role', { guild: guild.id, target: member.id, role: role.id, on: box.checked })
      if (!done) box.checked = !box.checked
    })
    return el('label', { className: 'dc-switch' }, box, roleChip(role, 'span'))
  })
  return el('details', { className: 'dc-give' }, el('summary', {}, t('giveTake')), boxes)
}
