import { expect, test } from 'vitest'
import { type DrawnPage, PageCache } from '../../src/platforms/web/cache/page-cache.js'

function cacheOf(sizeMax = 1_000) {
  const at = { now: 0, told: true, drawn: 0 }
  const cache = new PageCache({ ageMsMax: 5_000, sizeMax, clock: () => at.now, isTold: () => at.told })
  const read = async (key: string, page: Partial<DrawnPage> = {}) => {
    const drawn = await cache.page(key, null, async () => {
      at.drawn += 1
      return { body: `${key} ${at.drawn}`, accountIds: [1], counts: false, ...page }
    })
    return drawn?.body
  }
  return { cache, at, read }
}

test('a page is drawn once, and again when somebody on it changed', async () => {
  const { cache, read } = cacheOf()
  expect([await read('a'), await read('a')]).toEqual(['a 1', 'a 1'])
  cache.changed([2])
  expect(await read('a')).toBe('a 1')
  cache.changed([3, 1])
  expect(await read('a')).toBe('a 2')
})

test('a new count makes old what shows places, and nothing else', async () => {
  const { cache, read } = cacheOf()
  await read('board', { counts: true })
  await read('still')
  cache.changed([])
  expect([await read('board', { counts: true }), await read('still')]).toEqual(['board 3', 'still 2'])
})

test('no page outlives its age', async () => {
  const { at, read } = cacheOf()
  await read('a')
  at.now = 4_999
  expect(await read('a')).toBe('a 1')
  at.now = 5_000
  expect(await read('a')).toBe('a 2')
})

test('while changes are not told nothing is kept, and what was kept before is never given again', async () => {
  const { at, cache, read } = cacheOf()
  await read('a')
  at.told = false
  expect([await read('a'), await read('a')]).toEqual(['a 2', 'a 3'])
  at.told = true
  expect(await read('a')).toBe('a 4')
  cache.clear()
  expect(await read('a')).toBe('a 5')
})

test('what is announced while a page is being drawn keeps the drawing from being kept or shared', async () => {
  const { cache, read } = cacheOf()
  let finish = (_: string) => {}
  const slow = cache.page('a', [1], async () => {
    const body = await new Promise<string>((resolve) => {
      finish = resolve
    })
    return { body, accountIds: [1], counts: false }
  })
  const joined = read('a')
  cache.changed([99, 1])
  const after = read('a')
  finish('of before')
  expect([(await slow)?.body, await joined, await after]).toEqual(['of before', 'of before', 'a 1'])
  expect(await read('a')).toBe('a 1')
})

test('what is announced of others leaves a drawing alone whose accounts are known', async () => {
  const { cache, read } = cacheOf()
  const slow = cache.page('a', [1], async () => {
    cache.changed([2, 3])
    return { body: 'slow', accountIds: [1], counts: false }
  })
  expect([(await slow)?.body, await read('a')]).toEqual(['slow', 'slow'])
})

test('a drawing that fails fails its readers and nobody after them; a page that is not there is not kept', async () => {
  const { cache, read } = cacheOf()
  await expect(cache.page('a', null, () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(await cache.page('a', null, async () => null)).toBeNull()
  expect(await read('a')).toBe('a 1')
})

test('what is kept stays within its bounds: the page unused for longest goes first', async () => {
  const { cache, read } = cacheOf(30)
  const body = 'x'.repeat(10)
  for (const key of ['a', 'b', 'c']) await read(key, { body })
  await read('a', { body })
  await read('d', { body: 'y'.repeat(10) })
  expect(cache.size).toBe(30)
  expect(await read('a', { body: 'new' })).toBe(body)
  expect(await read('b', { body: 'new' })).toBe('new')
  await read('huge', { body: 'z'.repeat(31) })
  expect(cache.size).toBeLessThanOrEqual(30)
})
