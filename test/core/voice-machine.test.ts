import { describe, expect, test } from 'vitest'
import { eligibleSeats, type VoiceSeat } from '../../src/core/voice/eligibility.js'
import { VoiceMachine, type VoicePresence, voiceMinuteKey } from '../../src/core/voice/voice-machine.js'

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, 20) + seconds * 1000)
const sits = (discordId: string, more: Partial<VoicePresence> = {}): VoicePresence => ({
  discordId,
  guildId: 'g1',
  channelId: 'c1',
  eligible: true,
  multiplier: 1,
  facts: { displayName: discordId },
  ...more,
})
const minutesOf = (machine: VoiceMachine) => machine.snapshot().minutes.map(voiceMinuteKey)

describe('a voice session', () => {
  test('is paid for each full minute, named by the UTC minute in which it was completed', () => {
    const machine = new VoiceMachine()
    machine.observe('g1', [sits('1')], at(0))
    machine.advance(at(59))
    expect(minutesOf(machine)).toEqual([])
    machine.advance(at(61))
    expect(minutesOf(machine)).toEqual(['voice:1:2026-03-01T12:01Z'])
    machine.advance(at(121))
    expect(minutesOf(machine)).toEqual(['voice:1:2026-03-01T12:01Z', 'voice:1:2026-03-01T12:02Z'])
  })

  test('goes on through moves between channels and guilds, and ends by leaving', () => {
    const machine = new VoiceMachine()
    machine.observe('g1', [sits('1')], at(0))
    machine.observe('g1', [sits('1', { channelId: 'c2' })], at(30))
    machine.observe('g2', [sits('1', { guildId: 'g2' })], at(50))
    machine.observe('g1', [], at(55))
    machine.advance(at(60))
    expect(minutesOf(machine)).toEqual(['voice:1:2026-03-01T12:01Z'])
    machine.observe('g2', [], at(70))
    expect(machine.size).toBe(0)
    expect(machine.snapshot().ended).toEqual([{ discordId: '1', guildId: 'g2' }])
  })

  test('does not count time in which the person is not eligible', () => {
    const machine = new VoiceMachine()
    machine.observe('g1', [sits('1')], at(0))
    machine.observe('g1', [sits('1', { eligible: false })], at(40))
    machine.observe('g1', [sits('1')], at(80))
    machine.advance(at(99))
    expect(minutesOf(machine)).toEqual([])
    machine.advance(at(100))
    expect(minutesOf(machine)).toHaveLength(1)
  })

  test('pays nothing for time that nobody watched: a suspend, a lost connection, a restart', () => {
    const machine = new VoiceMachine()
    machine.observe('g1', [sits('1')], at(0))
    machine.advance(at(30))
    machine.advance(at(30 + 91))
    machine.pause(['g1'], at(130))
    machine.observe('g1', [sits('1')], at(190))
    machine.advance(at(190 + 20))
    expect(minutesOf(machine)).toEqual([])
    machine.advance(at(190 + 21))
    expect(minutesOf(machine)).toHaveLength(1)

    const restarted = new VoiceMachine()
    restarted.resume(sits('2'), 45_000, at(0), at(500))
    restarted.advance(at(515))
    expect(minutesOf(restarted)).toEqual(['voice:2:2026-03-01T12:08Z'])
  })

  test('never counts backwards when the clock does', () => {
    const machine = new VoiceMachine()
    machine.observe('g1', [sits('1')], at(100))
    machine.advance(at(50))
    machine.advance(at(60))
    expect(machine.snapshot().open[0]?.accruedMs).toBe(10_000)
  })
})

describe('a seat counts', () => {
  const seat = (discordId: string, more: Partial<VoiceSeat> = {}): VoiceSeat => ({
    discordId,
    channelId: 'c1',
    isBot: false,
    deaf: false,
    serverMute: false,
    ...more,
  })
  const eligible = (seats: VoiceSeat[], serverMuteCounts = true) =>
    [...eligibleSeats(seats, { afkChannelId: 'afk', serverMuteCounts })]
      .filter(([, counts]) => counts)
      .map(([id]) => id)

  test('only beside another human: not alone, not with a bot', () => {
    expect(eligible([seat('1')])).toEqual([])
    expect(eligible([seat('1'), seat('bot', { isBot: true })])).toEqual([])
    expect(eligible([seat('1'), seat('2')])).toEqual(['1', '2'])
    expect(eligible([seat('1'), seat('2', { channelId: 'c2' })])).toEqual([])
  })

  test('not for the deaf and not in the AFK channel; muted by the server as the guild wants it', () => {
    expect(eligible([seat('1'), seat('2', { deaf: true })])).toEqual(['1'])
    expect(eligible([seat('1', { channelId: 'afk' }), seat('2', { channelId: 'afk' })])).toEqual([])
    const muted = [seat('1'), seat('2', { serverMute: true })]
    expect(eligible(muted)).toEqual(['1', '2'])
    expect(eligible(muted, false)).toEqual(['1'])
  })
})
