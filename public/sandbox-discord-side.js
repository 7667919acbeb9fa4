// Everything around the messages: people to be, servers, channels with voice, members.
import { act, byId, el, face, glyph, initials, nameNode, now, t } from './sandbox-discord-dom.js'

const VOICE = 2
const CATEGORY = 4
const SIGNS = { 0: 'hash', 2: 'speaker', 5: 'news', 13: 'speaker', 15: 'forum' }

/** Replaces a list only when its content changed, so that focus and hover stay. */
function draw(box, key, build) {
  const text = JSON.stringify(key)
  if (box.dataset.drawn === text) return
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.key : undefined
  box.replaceChildren(...build())
  box.dataset.drawn = text
  if (focused) [...box.querySelectorAll('[data-key]')].find((one) => one.dataset.key === focused)?.focus()
}

export const guildNow = () => now.state?.guilds.find((one) => one.id === now.guild)
export const channelNow = () => guildNow()?.channels.find((one) => one.id === now.channel)
export const membersNow = () => (guildNow()?.groups ?? []).flatMap((one) => one.members)

/** The people one can be. */
export function drawPeople(pick) {
  const { people } = now.state
  draw(byId('dc-people'), [people, now.as], () =>
    people.map((one) => {
      const pressed = one.key === now.as
      return el(
        'button',
        {
          type: 'button',
          className: 'dc-person',
          'aria-pressed': String(pressed),
          'data-key': one.key,
          onClick: () => pick(one.key),
        },
        face(one, 'dc-face small'),
        el('bdi', {}, one.name),
      )
    }),
  )
}

function unread(id, last) {
  return last !== null && last !== undefined && id !== now.channel && now.seen.get(`${now.as} ${id}`) !== last
}

/** The servers on the left rail, direct messages first. */
export function drawRail(open) {
  const { guilds, dm } = now.state
  const marks = guilds.map(
    (one) => one.joined && one.channels.some((channel) => unread(channel.id, channel.last)),
  )
  draw(
    byId('dc-rail'),
    [guilds.map((one) => [one.id, one.name, one.joined]), marks, now.guild, unread(dm.id, dm.last)],
    () => [
      railButton('', t('direct'), '@', now.guild === '', unread(dm.id, dm.last), () => open('', dm.id)),
      ...guilds.map((one, index) =>
        railButton(
          one.id,
          one.name,
          initials(one.name),
          now.guild === one.id,
          marks[index],
          () => open(one.id),
          !one.joined,
        ),
      ),
    ],
  )
}

function railButton(key, name, letter, current, fresh, run, foreign = false) {
  const className = `dc-server${fresh ? ' fresh' : ''}${foreign ? ' foreign' : ''}`
  const label = fresh ? `${name}, ${t('unread')}` : name
  const props = {
    type: 'button',
    className,
    title: name,
    'aria-label': label,
    'aria-current': current ? 'true' : undefined,
    'data-key': key,
  }
  return el('button', { ...props, onClick: run }, letter)
}

function channelButton(channel, open) {
  const fresh = unread(channel.id, channel.last)
  const joined = channel.type === VOICE
  const name = fresh ? `${channel.name}, ${t('unread')}` : channel.name
  const props = {
    type: 'button',
    className: `dc-channel${channel.thread ? ' thread' : ''}${fresh ? ' fresh' : ''}`,
    'aria-label': joined ? t('joinVoice', { name: channel.name }) : name,
    'aria-current': channel.id === now.channel ? 'true' : undefined,
    title: channel.afk ? t('afk') : undefined,
    'data-key': channel.id,
    onClick: () => (joined ? void act('voice', { channel: channel.id }) : open(now.guild, channel.id)),
  }
  return el(
    'button',
    props,
    glyph(channel.thread ? 'thread' : (SIGNS[channel.type] ?? 'hash')),
    el('span', {}, channel.name),
  )
}

function speaker(one) {
  const signs = [one.muted && 'mic', one.deafened && 'ears'].filter(Boolean)
  const words = [one.muted && t('muted'), one.deafened && t('deafened')].filter(Boolean).join(', ')
  const marks = signs.map((name) => el('span', { className: 'dc-struck' }, glyph(name), glyph('struck')))
  return el(
    'li',
    { className: 'dc-speaker' },
    face(one, 'dc-face tiny'),
    nameNode(one),
    el('span', { className: 'dc-signs', title: words }, marks, el('span', { className: 'sr' }, words)),
  )
}

/** Channels of the open server, or the private chat with the bot. */
export function drawChannels(open) {
  const guild = guildNow()
  const { bot, dm } = now.state
  byId('dc-guild').textContent = guild?.name ?? t('direct')
  byId('dc-leave').hidden = !guild?.joined || guild.owned
  const marks = guild?.channels.map((one) => unread(one.id, one.last))
  draw(byId('dc-channels'), [guild?.id, guild?.channels, marks, now.channel, bot.online], () => {
    if (!guild) {
      const current = now.channel === dm.id ? 'true' : undefined
      const state = el('small', { className: 'dc-note' }, t(bot.online ? 'botOnline' : 'botOffline'))
      const props = {
        type: 'button',
        className: 'dc-channel',
        'aria-current': current,
        'data-key': dm.id,
        onClick: () => open('', dm.id),
      }
      return [el('button', props, face(bot, 'dc-face tiny'), el('span', {}, bot.name), state)]
    }
    return guild.channels.flatMap((one) => {
      if (one.type === CATEGORY) return [el('h3', { className: 'dc-category' }, one.name)]
      const people =
        one.voice.length > 0 ? el('ul', { className: 'dc-speakers' }, one.voice.map(speaker)) : null
      return [channelButton(one, open), people].filter(Boolean)
    })
  })
}

/** The bar of a running voice connection. */
export function drawCall() {
  const { voice, guilds } = now.state
  const box = byId('dc-call')
  box.hidden = !voice
  if (!voice) return
  const channel = guilds.flatMap((one) => one.channels).find((one) => one.id === voice.channel)
  draw(box, [voice, channel?.name], () => {
    const muted = voice.selfMute || voice.mute
    const deafened = voice.selfDeaf || voice.deaf
    const tool = (name, on, label, run) => {
      const props = {
        type: 'button',
        className: 'dc-tool',
        'aria-pressed': String(on),
        'aria-label': label,
        title: label,
        'data-key': name,
      }
      return el('button', { ...props, onClick: run }, glyph(name), on ? glyph('struck') : null)
    }
    const leave = t('leaveVoice')
    return [
      el('p', { className: 'dc-call-name' }, el('b', {}, t('voice')), el('span', {}, channel?.name ?? '')),
      tool('mic', muted, t(muted ? 'unmute' : 'mute'), () => act('selfMute', { on: !voice.selfMute })),
      tool('ears', deafened, t(deafened ? 'undeafen' : 'deafen'), () =>
        act('selfDeaf', { on: !voice.selfDeaf }),
      ),
      el(
        'button',
        {
          type: 'button',
          className: 'dc-tool hang',
          'aria-label': leave,
          title: leave,
          'data-key': 'leave',
          onClick: () => act('voice', { channel: null }),
        },
        glyph('hangup'),
      ),
    ]
  })
}

/** Members under their highest role that stands apart. */
export function drawMembers(openCard) {
  const guild = guildNow()
  const groups = guild?.groups ?? []
  draw(byId('dc-members'), [groups, guild?.roles], () =>
    groups.flatMap((group) => [
      el('h3', { className: 'dc-category' }, `${group.name ?? t('membersOnline')} — ${group.members.length}`),
      ...group.members.map((one) =>
        el(
          'button',
          { type: 'button', className: 'dc-member', 'data-key': one.id, onClick: () => openCard(one.id) },
          face(one, 'dc-face small'),
          nameNode(one),
          one.bot ? el('span', { className: 'dc-badge' }, t('app')) : null,
        ),
      ),
    ]),
  )
}
