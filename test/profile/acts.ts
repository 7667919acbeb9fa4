import type { ActModel } from '../../src/platforms/web/views/own-view-models.js'

/** Noon in Moscow. */
export const NOON = new Date('2026-03-10T09:00:00Z')

/** An act of which only what matters is said. */
export function act(more: Partial<ActModel> = {}): ActModel {
  return {
    seq: 1,
    at: NOON,
    type: 'message_sent',
    source: 'discord',
    xp: 0,
    coins: 0,
    newXp: null,
    summed: null,
    wins: null,
    newCoins: null,
    merged: false,
    reason: null,
    cause: null,
    note: null,
    game: null,
    won: null,
    bet: null,
    drawn: null,
    chosen: null,
    job: null,
    length: null,
    multiplier: null,
    streak: null,
    rank: null,
    platform: null,
    merge: false,
    reached: null,
    ...more,
  }
}
