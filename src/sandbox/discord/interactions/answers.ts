import type { Core } from '../core.js'
import { refusal } from '../errors.js'
import type { ParsedBody } from '../http/body.js'
import { bodyObject } from '../http/body.js'
import { messagePayload } from '../model/message-payload.js'
import { createMessage, editMessage } from '../model/messages.js'
import { userPayload } from '../model/payloads.js'
import { type Json, MESSAGE_FLAG, type Message } from '../model/types.js'
import { readModal } from '../validate/components.js'
import { Form, isObject } from '../validate/form.js'
import { type MessageBody, readMessageBody, refuseEmpty } from '../validate/message.js'
import { ANSWER, INTERACTION, type Interaction } from './interaction-store.js'

/** Which answers fit which kind of interaction. */
function fits(interaction: Interaction, answer: number): boolean {
  const { type, source } = interaction
  if (type === INTERACTION.autocomplete) return answer === ANSWER.choices
  if (answer === ANSWER.message || answer === ANSWER.defer) return true
  if (answer === ANSWER.deferUpdate || answer === ANSWER.update) return source !== null
  return answer === ANSWER.modal && type !== INTERACTION.modal
}

/** Takes the first answer to an interaction. The deadline and the one-answer rule are checked before the body. */
export function takeAnswer(core: Core, interaction: Interaction, body: ParsedBody): Message | null {
  const { interactions } = core
  if (interaction.answeredBy !== null) throw refusal('alreadyAcknowledged')
  if (interactions.isLate(interaction)) throw refusal('unknownInteraction')
  const source = bodyObject(body)
  const form = new Form()
  const type = form.whole(source, 'type', [], 1, 12)
  if (type === undefined) form.fail(['type'], 'BASE_TYPE_REQUIRED', 'This field is required')
  else if (!fits(interaction, type))
    form.fail(
      ['type'],
      'INTERACTION_APPLICATION_COMMAND_INVALID_TYPE',
      'Invalid response type for this interaction',
    )
  form.check()
  const data = isObject(source.data) ? source.data : {}
  const message = apply(core, interaction, type ?? 0, data, body)
  interactions.settle(interaction, type ?? 0)
  return message
}

function apply(
  core: Core,
  interaction: Interaction,
  type: number,
  data: Json,
  body: ParsedBody,
): Message | null {
  const { world } = core
  if (type === ANSWER.choices) {
    const form = new Form()
    interaction.choices = form.objects(data, 'choices', ['data'], 25) ?? []
    form.check()
    return null
  }
  if (type === ANSWER.modal) {
    const form = new Form()
    const modal = readModal(form, data)
    form.check()
    interaction.modal = modal
    return null
  }
  if (type === ANSWER.deferUpdate || type === ANSWER.update) {
    const { source } = interaction
    if (!source || source.deleted) throw refusal('unknownMessage')
    interaction.originalId = source.id
    if (type === ANSWER.update)
      applyEdit(
        core,
        source,
        readMessageBody(world, data, body.files, { answer: true, kept: source.attachments }),
      )
    return source
  }
  const parts = readMessageBody(world, data, body.files, { answer: true })
  const loading = type === ANSWER.defer
  if (!loading) refuseEmpty(parts)
  const message = postAnswer(core, interaction, parts, loading)
  interaction.originalId = message.id
  return message
}

/** Writes a message that answers an interaction; the interaction's token is its permission. */
function postAnswer(
  core: Core,
  interaction: Interaction,
  parts: MessageBody,
  loading: boolean,
  type?: number,
): Message {
  const { world } = core
  const hidden = ((parts.flags ?? 0) & MESSAGE_FLAG.ephemeral) !== 0
  const commandType = interaction.data.type === 1 ? 20 : 23
  const answerType = interaction.type === INTERACTION.command ? commandType : 0
  return createMessage(world, world.channel(interaction.channelId), {
    authorId: world.botId,
    applicationId: world.botId,
    type: type ?? answerType,
    content: loading ? '' : (parts.content ?? ''),
    embeds: parts.embeds ?? [],
    components: parts.components ?? [],
    attachments: parts.attachments ?? [],
    flags: (parts.flags ?? 0) | (loading ? MESSAGE_FLAG.loading : 0),
    ephemeralFor: hidden ? interaction.userId : null,
    interaction: {
      id: interaction.id,
      type: interaction.type,
      user: userPayload(world.user(interaction.userId)),
      authorizing_integration_owners: {},
      ...(interaction.type === INTERACTION.command ? { name: interaction.data.name } : {}),
    },
    ...(parts.allowedMentions ? { allowedMentions: parts.allowedMentions } : {}),
  })
}

/** Changes an answer. A deferred one is completed: its loading mark goes, and that is no edit in people's eyes. */
export function applyEdit(core: Core, message: Message, parts: MessageBody): void {
  const loading = (message.flags & MESSAGE_FLAG.loading) !== 0
  refuseEmpty({
    content: parts.content ?? message.content,
    embeds: parts.embeds ?? message.embeds,
    attachments: parts.attachments ?? message.attachments,
    components: parts.components ?? message.components,
  })
  const settable = MESSAGE_FLAG.suppressEmbeds
  editMessage(core.world, message, {
    ...(parts.content === undefined ? {} : { content: parts.content }),
    ...(parts.embeds ? { embeds: parts.embeds } : {}),
    ...(parts.components ? { components: parts.components } : {}),
    ...(parts.attachments ? { attachments: parts.attachments } : {}),
    ...(parts.allowedMentions ? { allowedMentions: parts.allowedMentions } : {}),
    flags: (message.flags & ~MESSAGE_FLAG.loading & ~settable) | ((parts.flags ?? message.flags) & settable),
    silent: loading,
  })
}

/** A follow-up. The first one after a deferred answer takes that answer's place, as in Discord. */
export function followUp(core: Core, interaction: Interaction, parts: MessageBody): Message {
  refuseEmpty(parts)
  const original = core.world.messages.get(interaction.channelId)?.get(interaction.originalId ?? '')
  if (original && original.flags & MESSAGE_FLAG.loading) {
    applyEdit(core, original, parts)
    return original
  }
  return postAnswer(core, interaction, parts, false, interaction.type === INTERACTION.command ? 0 : undefined)
}

/** What `with_response=true` answers. */
export function callbackPayload(core: Core, interaction: Interaction, message: Message | null): Json {
  const { world } = core
  return {
    interaction: {
      id: interaction.id,
      type: interaction.type,
      channel_id: interaction.channelId,
      ...(interaction.guildId ? { guild_id: interaction.guildId } : {}),
      ...(message
        ? {
            response_message_id: message.id,
            response_message_loading: (message.flags & MESSAGE_FLAG.loading) !== 0,
            response_message_ephemeral: message.ephemeralFor !== null,
          }
        : {}),
    },
    resource: {
      type: interaction.answeredBy,
      ...(message ? { message: messagePayload(world, message, true) } : {}),
    },
  }
}
