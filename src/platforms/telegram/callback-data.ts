import { z } from 'zod'
import { TOP_BOARDS, type TopBoard } from '../../core/boards/tops.js'
import type { PlatformName } from '../../db/schema.js'

/** Features that a button or a start link opens. */
export const PAGES = ['games', 'daily', 'profile', 'top', 'settings'] as const
export type Page = (typeof PAGES)[number]

/** Periods of the leaderboard that have a button. */
export const SHOWN_PERIODS = ['all', 'month', 'week'] as const

export type TopPress = { act: 'top'; page: number; board: TopBoard; period: (typeof SHOWN_PERIODS)[number] }

/**
 * What a button says when it is pressed: at most 64 bytes, and never believed. It only names things; owner, stake and
 * state of a round are read from the database.
 */
export type Press =
  | { act: 'open'; page: Page }
  | { act: 'round'; bet: number }
  | { act: 'pick'; round: string; pick: number }
  | { act: 'cancel'; round: string }
  | TopPress
  | { act: 'set'; name: 'locale'; value: 'ru' | 'en' }
  | { act: 'set'; name: 'notices' | 'private'; value: boolean }
  | { act: 'link'; answer: 'yes' | 'no'; request: string }
  | { act: 'unlink'; step: 'ask' | 'yes'; platform: PlatformName }
  | { act: 'unlink'; step: 'choose' | 'no' }
  | { act: 'undo'; step: 'ask' | 'yes'; merge: number }
  | { act: 'undo'; step: 'no' }
  | { act: 'back'; step: 'ask' | 'yes'; unlink: string }
  | { act: 'back'; step: 'no' }
  | { act: 'site' }
  | { act: 'keep'; step: 'yes' | 'no' }
  | { act: 'enter'; link: string; answer: number | 'not_me' }
  | { act: 'deep'; link: string; answer: number | 'no' }

export function packPress(press: Press): string {
  switch (press.act) {
    case 'open':
      return `o:${press.page}`
    case 'round':
      return `r:${press.bet}`
    case 'pick':
      return `p:${press.round}:${press.pick}`
    case 'cancel':
      return `x:${press.round}`
    case 'top':
      return `t:${press.page}:${press.board}:${press.period}`
    case 'set':
      return press.name === 'locale'
        ? `s:locale:${press.value}`
        : `s:${press.name}:${press.value ? 'on' : 'off'}`
    case 'link':
      return `l:${press.answer}:${press.request}`
    case 'unlink':
      return 'platform' in press ? `u:${press.step}:${press.platform}` : `u:${press.step}`
    case 'site':
      return 'w'
    case 'keep':
      return `k:${press.step}`
    case 'enter':
      return `e:${press.link}:${press.answer}`
    case 'back':
      return 'unlink' in press ? `b:${press.step}:${press.unlink}` : `b:${press.step}`
    case 'deep':
      return `d:${press.link}:${press.answer}`
    case 'undo':
      return 'merge' in press ? `m:${press.step}:${press.merge}` : `m:${press.step}`
    default:
      return press satisfies never
  }
}

const whole = z
  .string()
  .regex(/^\d{1,4}$/)
  .transform(Number)
const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const onOff = z.enum(['on', 'off']).transform((value) => value === 'on')

const pressSchema = z.union([
  z.tuple([z.literal('o'), z.enum(PAGES)]).transform(([, page]): Press => ({ act: 'open', page })),
  z.tuple([z.literal('r'), whole]).transform(([, bet]): Press => ({ act: 'round', bet })),
  z
    .tuple([z.literal('p'), uuid, whole])
    .transform(([, round, pick]): Press => ({ act: 'pick', round, pick })),
  z.tuple([z.literal('x'), uuid]).transform(([, round]): Press => ({ act: 'cancel', round })),
  // Buttons of messages sent before there were other boards.
  z
    .tuple([z.literal('t'), whole])
    .transform(([, page]): Press => ({ act: 'top', page, board: 'xp', period: 'all' })),
  z
    .tuple([z.literal('t'), whole, z.enum(TOP_BOARDS), z.enum(SHOWN_PERIODS)])
    .transform(([, page, board, period]): Press => ({ act: 'top', page, board, period })),
  z
    .tuple([z.literal('s'), z.literal('locale'), z.enum(['ru', 'en'])])
    .transform(([, name, value]): Press => ({ act: 'set', name, value })),
  z
    .tuple([z.literal('s'), z.enum(['notices', 'private']), onOff])
    .transform(([, name, value]): Press => ({ act: 'set', name, value })),
  z
    .tuple([z.literal('l'), z.enum(['yes', 'no']), uuid])
    .transform(([, answer, request]): Press => ({ act: 'link', answer, request })),
  z
    .tuple([z.literal('u'), z.enum(['ask', 'yes']), z.enum(['telegram', 'discord', 'website'])])
    .transform(([, step, platform]): Press => ({ act: 'unlink', step, platform })),
  z
    .tuple([
      z.literal('m'),
      z.enum(['ask', 'yes']),
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
    ])
    .transform(([, step, merge]): Press => ({ act: 'undo', step, merge })),
  z.tuple([z.literal('m'), z.literal('no')]).transform(([, step]): Press => ({ act: 'undo', step })),
  z
    .tuple([z.literal('u'), z.enum(['choose', 'no'])])
    .transform(([, step]): Press => ({ act: 'unlink', step })),
  z
    .tuple([z.literal('b'), z.enum(['ask', 'yes']), uuid])
    .transform(([, step, unlink]): Press => ({ act: 'back', step, unlink })),
  z.tuple([z.literal('b'), z.literal('no')]).transform(([, step]): Press => ({ act: 'back', step })),
  z.tuple([z.literal('w')]).transform((): Press => ({ act: 'site' })),
  z.tuple([z.literal('k'), z.enum(['yes', 'no'])]).transform(([, step]): Press => ({ act: 'keep', step })),
  z
    .tuple([z.literal('e'), uuid, z.union([whole, z.literal('not_me')])])
    .transform(([, link, answer]): Press => ({ act: 'enter', link, answer })),
  z
    .tuple([z.literal('d'), uuid, z.union([whole, z.literal('no')])])
    .transform(([, link, answer]): Press => ({ act: 'deep', link, answer })),
])

/** Reads a button's bytes; null for anything that no button of ours says. */
export function readPress(data: string): Press | null {
  if (data.length > 64) return null
  return pressSchema.safeParse(data.split(':')).data ?? null
}
