import type { Interaction } from 'discord.js'
import { expect, test } from 'vitest'
import { Router } from '../../src/platforms/discord/commands/router.js'
import type { Kit } from '../../src/platforms/discord/types.js'

const OPEN_MAX = 500

test('five hundred answers are under way at once; what comes more is left out and told of', async () => {
  const said: string[] = []
  const note = (_: unknown, message: string) => void said.push(message)
  const kit = { log: { info: note, warn: note, error: note } } as unknown as Kit
  const router = new Router(kit, [], [])
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let answers = 0
  /** A press of a button that no button of ours carries: answered with a word, which takes its time. */
  const press = {
    locale: 'ru',
    customId: 'nothing of ours',
    isChatInputCommand: () => false,
    isUserContextMenuCommand: () => false,
    isButton: () => true,
    reply: () => {
      answers += 1
      return held
    },
  } as unknown as Interaction

  for (let n = 0; n < OPEN_MAX + 50; n++) router.take(press)
  expect(answers).toBe(OPEN_MAX)
  expect(said).toHaveLength(50)
  release()
  await router.idle()
  router.take(press)
  expect(answers).toBe(OPEN_MAX + 1)
  expect(said).toHaveLength(50)
})
