// The Discord pane: who one is, where one looks, and the live stream that keeps it true.
import { ask, openCard } from './sandbox-discord-card.js'
import { closeForm, closePicker, openModal, pickerKey, showPicker } from './sandbox-discord-command.js'
import { act, byId, el, glyph, notice, now, root, t } from './sandbox-discord-dom.js'
import { drawLog } from './sandbox-discord-log.js'
import { listen } from './sandbox-discord-message.js'
import {
  channelNow,
  drawCall,
  drawChannels,
  drawMembers,
  drawPeople,
  drawRail,
  guildNow,
} from './sandbox-discord-side.js'

const FIRST_PERSON = 'mira'
const FORUM = 15
const input = byId('dc-input')
const left = byId('dc-left')
const members = byId('dc-members')
let stream
let shownChannel = ''
let replyTo = null
let newest = ''

function connect() {
  stream?.close()
  stream = new EventSource(`${root.dataset.root}/live?as=${encodeURIComponent(now.as)}&at=${now.channel}`)
  stream.addEventListener('state', (event) => {
    now.state = JSON.parse(event.data)
    settle()
  })
  stream.addEventListener('messages', (event) => showMessages(JSON.parse(event.data)))
  stream.addEventListener('modal', (event) => openModal(JSON.parse(event.data)))
  stream.addEventListener('error', () => {
    notice(t('lost'))
    // The person remembered from last time may not exist in this world.
    if (stream.readyState === EventSource.CLOSED && now.as !== FIRST_PERSON) become(FIRST_PERSON)
  })
  stream.addEventListener('open', () => notice(''))
}

/** Brings everything around the messages up to the state, choosing a place when there is none. */
function settle() {
  if (now.channel === '') {
    const guild = now.state.guilds.find((one) => one.joined)
    now.guild = guild?.id ?? ''
    now.channel = (guild ? firstChannel(guild) : now.state.dm.id) ?? ''
    connect()
    return
  }
  const guild = guildNow()
  const gone = guild ? !guild.channels.some((one) => one.id === now.channel) : now.channel !== now.state.dm.id
  const firstHere = guild?.joined ? firstChannel(guild) : undefined
  if (gone && firstHere) {
    openPlace(guild.id, firstHere)
    return
  }
  drawPeople(become)
  drawRail(openPlace)
  drawChannels(openPlace)
  drawCall()
  drawMembers(openCard)
  drawHead()
}

/** Where one lands: the channel with a topic, which is the talk of all, else the first one to write in. */
function firstChannel(guild) {
  const text = guild.channels.filter((one) => one.type === 0)
  return (text.find((one) => one.topic) ?? text[0])?.id
}

function drawHead() {
  const guild = guildNow()
  const channel = channelNow()
  const title = channel ? channel.name : guild ? guild.name : now.state.bot.name
  const away = guild && !guild.joined
  const sign = channel?.thread ? 'thread' : channel?.type === FORUM ? 'forum' : 'hash'
  byId('dc-title').replaceChildren(
    away ? '' : guild ? glyph(sign) : '@',
    el('span', {}, title),
    channel?.topic ? el('small', {}, channel.topic) : '',
  )
  const shut = away
    ? t('notMember', { name: guild.name })
    : channel?.type === FORUM
      ? t('forum')
      : channel && !channel.writable
        ? t('noWriting')
        : ''
  const gate = byId('dc-gate')
  gate.hidden = shut === ''
  const join = away
    ? el(
        'button',
        { type: 'button', className: 'dc-button primary', onClick: () => act('join', { guild: guild.id }) },
        t('join'),
      )
    : ''
  if (gate.dataset.text !== shut) {
    gate.dataset.text = shut
    gate.replaceChildren(el('p', {}, shut), join)
  }
  byId('dc-composer').hidden = shut !== '' || !byId('dc-command').hidden
  input.placeholder = t('write', { place: guild ? `#${title}` : `@${title}` })
  input.setAttribute('aria-label', input.placeholder)
  byId('dc-open-members').hidden = !guild?.joined
}

function showMessages(messages) {
  if (messages.channel !== now.channel) return
  const fresh = shownChannel !== `${now.as} ${now.channel}`
  shownChannel = `${now.as} ${now.channel}`
  drawLog(messages, fresh, guildNow()?.joined === false ? '' : t('empty'))
  const last = messages.list.findLast((one) => !one.forMe)?.id ?? ''
  if (last) now.seen.set(shownChannel, last)
  if (!fresh && last && last !== newest && document.body.dataset.active !== 'discord') {
    document.querySelector('.tab[data-pane="discord"]')?.classList.add('fresh')
  }
  newest = last
}

function openPlace(guild, channel) {
  const target = now.state.guilds.find((one) => one.id === guild)
  now.guild = guild
  now.channel = channel ?? (target?.joined ? firstChannel(target) : guild) ?? guild
  if (channel) showLeft(false)
  setReply(null)
  closeForm()
  closePicker()
  settle()
  connect()
}

function become(key) {
  now.as = key
  localStorage.setItem('dc-as', key)
  setReply(null)
  closeForm()
  connect()
}

function setReply(message) {
  replyTo = message
  const line = byId('dc-replying')
  line.hidden = message === null
  if (!message) return
  const cancel = el(
    'button',
    { type: 'button', className: 'dc-tool small', 'aria-label': t('cancel'), onClick: () => setReply(null) },
    glyph('close'),
  )
  line.replaceChildren(t('replyingTo', { name: message.author.name }), cancel)
  input.focus()
}

function showLeft(on) {
  left.classList.toggle('open', on)
  byId('dc-shade').hidden = !on && !members.classList.contains('open')
  byId('dc-open-channels').setAttribute('aria-expanded', String(on))
}

function showMembers(on) {
  members.classList.toggle('open', on)
  byId('dc-shade').hidden = !on && !left.classList.contains('open')
  const button = byId('dc-open-members')
  button.setAttribute('aria-expanded', String(on))
  button.setAttribute('aria-label', t(on ? 'hideMembers' : 'showMembers'))
}

function grow() {
  input.style.height = 'auto'
  input.style.height = `${Math.min(input.scrollHeight, 160)}px`
}

async function send() {
  const text = input.value.trim()
  if (text === '') return
  const answer = replyTo ? { reply: replyTo.id } : {}
  if (!(await act('say', { channel: now.channel, text, ...answer }))) return
  input.value = ''
  setReply(null)
  grow()
}

byId('dc-composer').addEventListener('submit', (event) => {
  event.preventDefault()
  void send()
})
input.addEventListener('keydown', (event) => {
  if (pickerKey(event)) return
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault()
    void send()
  }
})
input.addEventListener('input', () => {
  grow()
  if (/^\/\S*( \S*)?$/.test(input.value)) showPicker(input.value)
  else closePicker()
})
byId('dc-leave').addEventListener('click', () => {
  const { id, name } = guildNow()
  ask(t('leaveAsk', { name }), t('leave'), () => act('leave', { guild: id }))
})
byId('dc-open-channels').addEventListener('click', () => showLeft(!left.classList.contains('open')))
byId('dc-open-members').addEventListener('click', () => showMembers(!members.classList.contains('open')))
byId('dc-shade').addEventListener('click', () => {
  showLeft(false)
  showMembers(false)
})
root.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return
  showLeft(false)
  showMembers(false)
})
listen({ reply: setReply, person: openCard })

now.as = localStorage.getItem('dc-as') ?? FIRST_PERSON
connect()
