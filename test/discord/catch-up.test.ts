import type { Guild } from 'discord.js'
import { expect, test } from 'vitest'
import { CatchUp } from '../../src/platforms/discord/intake/catch-up.js'
import type { MessageIntake } from '../../src/platforms/discord/intake/message-intake.js'
import { SeenMarks } from '../../src/platforms/discord/intake/seen-marks.js'
import type { Kit } from '../../src/platforms/discord/types.js'

test('what is found missing while a guild is read is read after it, and never taken for read', async () => {
  const reads: string[] = []
  let answer = (_: never[]) => {}
  const kit = {
    places: { guild: async () => 1, channel: async () => 1 },
    now: () => new Date('2015-01-01T00:00:00Z'),
    rest: {
      get: (_: string, { query }: { query: URLSearchParams }) => {
        reads.push(query.get('after') ?? '')
        return new Promise((resolve) => {
          answer = resolve
        })
      },
    },
  } as unknown as Kit
  const guild = {
    id: '1',
    members: { me: null },
    channels: { cache: new Map([['7', { id: '7', lastMessageId: '900' }]]) },
  } as unknown as Guild
  const catchUp = new CatchUp(kit, {} as MessageIntake, new SeenMarks())

  const first = catchUp.run(guild, '500')
  const second = catchUp.run(guild, '300')
  await expect.poll(() => reads).toEqual(['500'])
  answer([])
  await first
  await expect.poll(() => reads).toEqual(['500', '300'])
  answer([])
  await second
  await catchUp.idle()
})
