import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accessibilityFaults } from '../../support/axe.js'
import { faultsIn, launchBrowser } from '../../support/browser.js'
import { startPane } from './pane-harness.js'

let browser: Browser
let pane: Awaited<ReturnType<typeof startPane>>
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())
beforeEach(async () => {
  pane = await startPane()
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
  await pane.close()
})

interface Look {
  width?: number
  height?: number
  locale?: string
}

/** The page with the Discord pane in front; whatever the browser complains about is collected. */
async function open({ width = 1440, height = 900, locale = 'ru' }: Look = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    locale,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const complaints = faultsIn(page)
  await page.goto(pane.url)
  const tab = page.locator('.tab[data-pane="discord"]')
  if (await tab.isVisible()) await tab.click()
  await page.locator('.dc-channel').first().waitFor({ state: 'attached' })
  return { page, complaints }
}

const write = async (page: Page, text: string): Promise<void> => {
  await page.locator('#dc-input').fill(text)
  await page.keyboard.press('Enter')
}

describe('the Discord pane', () => {
  it('shows what people write at once, as text and never as markup', async () => {
    const { page, complaints } = await open()
    await write(page, '**жирно** ||тайна|| <img src=x onerror=alert(1)>')
    const said = page.locator('.dc-message').last()
    await said.locator('strong', { hasText: 'жирно' }).waitFor()
    expect(await said.locator('.dc-text img').count()).toBe(0)
    expect(await said.locator('.dc-text').textContent()).toContain('<img src=x onerror=alert(1)>')
    await said.getByRole('button', { name: /Спойлер/ }).click()
    await said.locator('.dc-revealed', { hasText: 'тайна' }).waitFor()
    pane.at.control.person('kate').say('general', 'seen live')
    await page.getByText('seen live').waitFor()
    expect(complaints).toEqual([])
  })

  it('a slash command is found in one’s language and answered for oneself alone, with a button that works', async () => {
    const { page, complaints } = await open()
    await write(page, '/проф')
    await page.locator('#dc-command select').selectOption({ label: 'Олег' })
    await page.locator('#dc-command').getByRole('button', { name: 'Выполнить' }).click()
    const answer = page.locator('.dc-message.private')
    await answer.getByText('Ранг F II').waitFor()
    await answer.getByText('Это видишь только ты').waitFor()
    await answer.getByRole('button', { name: 'Дальше' }).click()
    await answer.getByText('Страница 2').waitFor()
    await page.locator('.dc-person', { hasText: 'Олег' }).click()
    await page.locator('.dc-person[aria-pressed="true"]', { hasText: 'Олег' }).waitFor()
    await page.locator('.dc-empty').waitFor()
    expect(await page.getByText('Страница 2').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('a modal of the bot opens, is filled in and answered', async () => {
    const { page } = await open()
    await write(page, '/связать')
    await page.getByRole('dialog').getByLabel('Код').fill('ABCD2345')
    await page.getByRole('dialog').getByRole('button', { name: 'Отправить' }).click()
    await page.getByText('Код ABCD2345 принят').waitFor()
    // It closes when its own request is answered, which may be after the bot's words have come.
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  })

  it('people join voice, mute and leave; the list shows it', async () => {
    const { page } = await open()
    pane.at.control.person('kate').joinVoice('lounge')
    await page.getByRole('button', { name: 'Зайти в Гостиная' }).click()
    await page.locator('.dc-speaker', { hasText: 'Мира' }).waitFor()
    await page.locator('#dc-call').getByRole('button', { name: 'Выключить микрофон' }).click()
    await page
      .locator('.dc-speaker', { hasText: 'Мира' })
      .getByText('микрофон выключен')
      .waitFor({ state: 'attached' })
    expect(pane.at.control.find.guild('ttfd').voice.size).toBe(2)
    await page.locator('#dc-call').getByRole('button', { name: 'Отключиться' }).click()
    await page.locator('#dc-call').waitFor({ state: 'hidden' })
    await expect.poll(() => pane.at.control.find.guild('ttfd').voice.size).toBe(1)
  })

  it('a moderator gives a role and the member list follows; others see no such switch', async () => {
    const { page } = await open()
    const card = async (who: string): Promise<void> => {
      await page.locator('.dc-person', { hasText: who }).click()
      await page.locator('.dc-person[aria-pressed="true"]', { hasText: who }).waitFor()
      if (await page.getByRole('button', { name: 'Показать участников' }).isVisible())
        await page.getByRole('button', { name: 'Показать участников' }).click()
      await page.locator('.dc-member', { hasText: 'Kate' }).click()
    }
    await card('Макс')
    await page.getByText('Выдать или снять').click()
    await page.locator('.dc-switch', { hasText: 'Ранг S' }).locator('input').check()
    await page.locator('.dc-category', { hasText: 'Ранг S — 1' }).waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Закрыть' }).click()
    await card('Олег')
    await page.locator('.dc-card').getByText('Ранг S').waitFor()
    expect(await page.getByText('Выдать или снять').count()).toBe(0)
  })

  it('what Discord would not allow is said in the reader’s language', async () => {
    const { page } = await open({ locale: 'en' })
    await page.locator('.dc-person', { hasText: 'Лена' }).click()
    await page.getByText('You are not in TTFD').waitFor()
    await page.getByRole('button', { name: 'Join the server' }).click()
    await page.locator('.dc-channel').first().waitFor()
    const refused = await page.evaluate(async (channel) => {
      const answer = await fetch('/sandbox/discord/act', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ do: 'say', as: 'newcomer', channel, text: 'x' }),
      })
      return [answer.status, ((await answer.json()) as { error: string }).error]
    }, pane.at.control.find.channel('staff').id)
    expect(refused).toEqual([409, 'right'])
  })

  it('a silent application is told of as in Discord', async () => {
    pane.bot.removeAllListeners('interactionCreate')
    const { page } = await open()
    await write(page, '/связать')
    await page.getByText('Приложение не ответило').waitFor()
  })

  it.each([
    ['desktop', { width: 1440, height: 900 }],
    ['phone', { width: 390, height: 844 }],
  ] satisfies [string, Look][])('can be used by everyone, light and dark: %s', async (_name, look) => {
    const { control } = pane.at
    control
      .person('oleg')
      .say('general', `Привет, <@${control.person('mira').id}>! \`код\` ||тайна|| https://example.org`)
    control.person('max').giveRole('ttfd', 'oleg', 'tier-s')
    control.person('kate').joinVoice('lounge')
    const { page, complaints } = await open(look)
    await write(page, '/проф')
    await page.locator('#dc-command').getByRole('button', { name: 'Выполнить' }).click()
    await page.locator('.dc-embed').waitFor()
    expect(await accessibilityFaults(page, { include: '#pane-discord' })).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await accessibilityFaults(page, { include: '#pane-discord', onlyLook: true })).toEqual([])
    const overflow = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
    expect(overflow).toBe(false)
    expect(complaints).toEqual([])
  })
})
