import { expect } from 'vitest'
import { setStage } from './support.js'

/** A text that pays 10 XP. */
export const LONG = 'Сегодня вечером собираемся играть, кто с нами? Начнём около восьми.'

/** A stage with people, groups and a way to wait for updates. */
export async function groupStage(options: Parameters<typeof setStage>[0] = {}) {
  const stage = await setStage(options)
  const { sandbox } = stage
  const { group, supergroup, channel } = sandbox.chats
  /** Resolves when everything that was sent so far is done with. */
  const handled = async (updateId: number | undefined) => {
    expect(updateId).toBeDefined()
    await sandbox.control.waitForConfirmed(updateId ?? 0)
  }
  return { ...stage, ...sandbox.people, group, supergroup, channel, handled, control: sandbox.control }
}
