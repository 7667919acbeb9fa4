import { z } from 'zod'
import type { Control } from '../control/control.js'
import { Refused } from '../control/refused.js'
import type { Core } from '../core.js'

const id = z.string().regex(/^\d{1,20}$/)
const as = z.string().min(1).max(40)
const option = z.union([z.string().max(6_000), z.number(), z.boolean()])

const actSchema = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('say'),
    as,
    channel: id,
    text: z.string().min(1).max(4_000),
    reply: id.optional(),
  }),
  z.object({ do: z.literal('edit'), as, message: id, text: z.string().min(1).max(2_000) }),
  z.object({ do: z.literal('delete'), as, message: id }),
  z.object({
    do: z.literal('slash'),
    as,
    channel: id,
    name: z.string().max(100),
    options: z.record(z.string().max(32), option),
  }),
  z.object({ do: z.literal('menu'), as, channel: id, name: z.string().max(32), target: id }),
  z.object({ do: z.literal('press'), as, message: id, component: z.string().max(100) }),
  z.object({
    do: z.literal('select'),
    as,
    message: id,
    component: z.string().max(100),
    values: z.array(z.string().max(100)).max(25),
  }),
  z.object({
    do: z.literal('modal'),
    as,
    interaction: id,
    values: z.record(z.string().max(100), z.string().max(4_000)),
  }),
  z.object({ do: z.literal('voice'), as, channel: id.nullable() }),
  z.object({ do: z.enum(['selfMute', 'selfDeaf']), as, on: z.boolean() }),
  z.object({ do: z.enum(['serverMute', 'serverDeaf']), as, guild: id, target: id, on: z.boolean() }),
  z.object({ do: z.literal('kick'), as, guild: id, target: id }),
  z.object({ do: z.literal('role'), as, guild: id, target: id, role: id, on: z.boolean() }),
  z.object({ do: z.enum(['join', 'leave']), as, guild: id }),
])

export type PaneAct = z.infer<typeof actSchema>

/** Reads an act of the page; null when it is none. */
export function readAct(input: unknown): PaneAct | null {
  const parsed = actSchema.safeParse(input)
  return parsed.success ? parsed.data : null
}

/** Carries out what a visitor did in an invented person's name. Throws `Refused` for what the app would not allow. */
export function performAct(core: Core, control: Control, act: PaneAct): { interaction?: string } {
  const person = control.person(act.as)
  if (person.user.bot) throw new Refused('Nobody can be a bot here')
  const began = (handle: { readonly interaction: { readonly id: string } }) => ({
    interaction: handle.interaction.id,
  })
  switch (act.do) {
    case 'say':
      person.say(
        act.channel,
        act.text,
        act.reply === undefined ? {} : { replyTo: control.find.message(act.reply) },
      )
      return {}
    case 'edit':
      person.edit(control.find.message(act.message), act.text)
      return {}
    case 'delete':
      person.delete(control.find.message(act.message))
      return {}
    case 'slash':
      return began(person.slash(act.channel, act.name, act.options))
    case 'menu':
      return began(person.userMenu(act.channel, act.name, act.target))
    case 'press':
      return began(person.press(control.find.message(act.message), act.component))
    case 'select':
      return began(person.select(control.find.message(act.message), act.component, act.values))
    case 'modal': {
      const opened = core.interactions.byId(act.interaction)
      if (opened?.userId !== person.id) throw new Refused('No modal is open')
      return began(person.submitModal(opened, act.values))
    }
    case 'voice':
      if (act.channel === null) person.leaveVoice()
      else person.joinVoice(act.channel)
      return {}
    case 'selfMute':
      person.selfMute(act.on)
      return {}
    case 'selfDeaf':
      person.selfDeaf(act.on)
      return {}
    case 'serverMute':
      person.serverMute(act.guild, act.target, act.on)
      return {}
    case 'serverDeaf':
      person.serverDeaf(act.guild, act.target, act.on)
      return {}
    case 'kick':
      person.kick(act.guild, act.target)
      return {}
    case 'role':
      person.setRole(act.guild, act.target, act.role, act.on)
      return {}
    case 'join':
      person.joinGuild(act.guild)
      return {}
    case 'leave':
      person.leaveGuild(act.guild)
      return {}
    default:
      return act satisfies never
  }
}
