import type { Core } from '../core.js'
import { refusal } from '../errors.js'
import { bodyObject } from '../http/body.js'
import type { Route, RouteCall } from '../http/router.js'
import { applyEdit, callbackPayload, followUp, takeAnswer } from '../interactions/answers.js'
import type { Interaction } from '../interactions/interaction-store.js'
import { deleteMessage, messagePayload } from '../model/message-payload.js'
import type { Message } from '../model/types.js'
import { readMessageBody } from '../validate/message.js'

/** Answers to interactions and the webhook that each interaction's token opens. No Authorization is asked for. */
export function interactionRoutes(core: Core): Route[] {
  const { world, interactions, settings } = core

  const byToken = (call: RouteCall): Interaction => {
    if (call.params.webhook !== settings.clientId) throw refusal('unknownWebhook')
    const interaction = interactions.byToken(call.params.token ?? '')
    if (!interaction || interactions.isTokenOver(interaction)) throw refusal('invalidWebhookToken')
    // Before its first answer an interaction has no webhook yet.
    if (interaction.answeredBy === null) throw refusal('unknownWebhook')
    return interaction
  }

  const messageOf = (interaction: Interaction, id: string): Message => {
    const wanted = id === '@original' ? interaction.originalId : id
    const message = world.messages.get(interaction.channelId)?.get(wanted ?? '')
    if (!message || message.applicationId !== world.botId) {
      // A button may stand on an ordinary message of the bot; only as the original can it be reached here.
      if (message && id === '@original') return message
      throw refusal('unknownMessage')
    }
    const asked = message.interaction?.id
    if (id !== '@original' && asked !== interaction.id && message.id !== interaction.originalId)
      throw refusal('unknownMessage')
    return message
  }

  return [
    {
      method: 'POST',
      template: '/interactions/:interaction/:token/callback',
      door: 'open',
      handle: (call) => {
        const interaction = interactions.byId(call.params.interaction ?? '')
        if (!interaction || interaction.token !== call.params.token) throw refusal('unknownInteraction')
        const message = takeAnswer(core, interaction, call.body)
        if (call.query.get('with_response') !== 'true') return { status: 204 }
        return { status: 200, body: callbackPayload(core, interaction, message) }
      },
    },
    {
      method: 'POST',
      template: '/webhooks/:webhook/:token',
      door: 'open',
      handle: (call) => {
        const interaction = byToken(call)
        const parts = readMessageBody(world, bodyObject(call.body), call.body.files, { answer: true })
        return { status: 200, body: messagePayload(world, followUp(core, interaction, parts), true) }
      },
    },
    {
      method: 'GET',
      template: '/webhooks/:webhook/:token/messages/:message',
      door: 'open',
      handle: (call) => ({
        status: 200,
        body: messagePayload(world, messageOf(byToken(call), call.params.message ?? ''), true),
      }),
    },
    {
      method: 'PATCH',
      template: '/webhooks/:webhook/:token/messages/:message',
      door: 'open',
      handle: (call) => {
        const message = messageOf(byToken(call), call.params.message ?? '')
        const kept = message.attachments
        applyEdit(
          core,
          message,
          readMessageBody(world, bodyObject(call.body), call.body.files, { answer: true, kept }),
        )
        return { status: 200, body: messagePayload(world, message, true) }
      },
    },
    {
      method: 'DELETE',
      template: '/webhooks/:webhook/:token/messages/:message',
      door: 'open',
      handle: (call) => {
        deleteMessage(world, messageOf(byToken(call), call.params.message ?? ''))
        return { status: 204 }
      },
    },
  ]
}
