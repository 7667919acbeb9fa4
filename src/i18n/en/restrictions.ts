export const restrictions = {
  notice: {
    banned: '⛔ Your account is restricted: it is hidden from everybody, and commands do not work for it.',
    unpaid:
      '⚠️ Your account is restricted: everything is recorded, but nothing is paid; bets, purchases and transfers are closed.',
    reason: 'Reason: {{reason}}',
    until: 'The restriction holds until {{when}}.',
    until_lifted: 'The restriction holds until it is lifted.',
    ask: 'If this is a mistake, write to the community’s admins.',
    data: 'You can export your data or delete your account on the website: {{url}}',
    lifted: '✅ The restriction of your account was lifted. Everything works as usual again!',
  },
  short: {
    unpaid: '⚠️ Your account is restricted: this was recorded, but not paid.',
    no_bets: 'Your account is restricted: no bets. The free round is open, but it pays nothing.',
  },
  preview: {
    mine_unpaid: '🔴 Your account is restricted: nothing is paid to it. The joint account stays restricted.',
    mine_banned: '🔴 Your account is banned. The joint account stays banned.',
  },
  kind: { unpaid: 'unpaid', banned: 'banned' },
  cli: {
    restrict: 'Restrict an account: unpaid or banned',
    lift: 'Lift every restriction of an account',
    option: {
      kind: 'unpaid (everything is recorded, nothing is paid) or banned (hidden as well)',
      reason: 'why; the member reads it',
      until: 'until when: 2026-12-31 or 2026-12-31T12:00:00Z; without it until it is lifted',
      lift_reason: 'why it is lifted, for the log',
    },
    unknown_kind: 'There is no restriction {{word}}. There are unpaid and banned.',
    bad_until: '{{word}} does not do as a time: it must be in the future, such as 2026-12-31.',
    restrict_question: 'Restrict account {{account}} ({{kind}})?',
    restricted: 'Account {{account}} is restricted: {{kind}}.',
    lift_question: 'Lift every restriction of account {{account}}?',
    lifted_one: 'Lifted {{count}} restriction of account {{account}}.',
    lifted_other: 'Lifted {{count}} restrictions of account {{account}}.',
  },
  page: {
    title: 'Account restricted',
    intro_banned:
      'Others cannot see it: not on boards, not in search, not by its link. Playing and earning XP are closed.',
    intro_unpaid:
      'Everything is recorded, but no XP or coins are paid. Bets, purchases and transfers are closed.',
    reason: 'Reason',
    until: 'Until',
    until_lifted: 'Until it is lifted',
    since: 'Since',
    data: 'Export my data or delete my account',
    ask: 'If this is a mistake, write to the community’s admins: they see the reason and can lift the restriction.',
  },
}
