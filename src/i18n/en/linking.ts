/** Words of linking, for every bot and page: see the Russian file, which is first. */
export const linking = {
  warning:
    'This code opens your account: coins, progress, settings. No admin, giveaway or bonus ever asks for it. Type it only yourself.',
  code: {
    title: 'Your code:',
    in_discord: 'Type it in Discord: /link code:{{code}}',
    in_telegram: 'Send it to the bot in Telegram, in the private chat: {{bot}}',
    valid: 'It works for 10 minutes and only once. A new code replaces the old one.',
    both: 'Then you confirm twice: first there, then here.',
    have_one: 'Got a code from the other platform? Just send it here.',
  },
  typed: {
    wrong: 'This code does not fit. It may be used or too old: get a new one with /link.',
    too_many: 'Too many tries. The next one is free {{when}}.',
    own: 'This is your own code. Type it on the other platform; here it opens nothing new.',
    burnt:
      'A code that others can see is worth nothing any more: I have cancelled it. Get a new one with /link and type it only in the private chat.',
    private_only: 'I show a code only in the private chat, so that nobody else sees it.',
  },
  facts: {
    owner: 'This code was shown to:',
    typist: 'Your code was typed by:',
    platform: 'Platform: {{platform}}',
    name: 'Name: {{name}}',
    username: 'Username: @{{username}}',
    id: 'ID ends with {{digits}}',
    email: 'E-mail: {{digits}}',
    unpaid:
      '🔴 This account is restricted: nothing is paid to it. The shared account will be restricted too.',
    banned: '🔴 This account is banned. The shared account will be banned too.',
    known_since: 'Known since {{date}}',
    last_seen: 'Last seen: {{date}}',
    rank: '{{rank}}, {{xp}} XP, {{coins}}',
  },
  ask: {
    title: 'Link the accounts?',
    one_account: 'You become ONE account. {{name}} will see your statistics and can spend your coins.',
    typist: 'Did someone ask you to type this? Then press Cancel.',
    owner: 'Did someone ask you to show this code? Then press Cancel.',
    until: 'The question is open until {{time}}.',
    yes: 'Yes, this account is mine',
    cancel: 'Cancel',
  },
  waits: {
    owner: 'Good. Now confirm on the other side: {{platform}}. Nothing changes until Yes is pressed there.',
    typist: 'The other side must confirm first: {{platform}}.',
    not_yours: 'This question is not for you, or it is gone.',
  },
  end: {
    linked: 'Done! {{platforms}} are one account now: shared progress, coins and rank.',
    carried: 'The welcome of {{xp}} XP came along.',
    proven: 'Done! The link of {{platforms}} is confirmed from both sides.',
    already_linked: 'These accounts are linked already.',
    cancelled: 'Linking was cancelled. Nothing has changed.',
    expired: 'Ten minutes are over, so nothing was linked. Nothing has changed. A new code: /link',
    refused: {
      same_platform:
        'This code comes from the same platform: {{platform}}. Only different ones can be linked.',
      slot_taken:
        'Both accounts already have {{platform}}. First unlink the one you do not need with /unlink, then get a new code.',
      admin_account: 'Accounts of admins are linked and unlinked by the operator only, on the command line.',
      link_unproven:
        'An old link of one of the accounts is not confirmed yet. Get a code on one of its platforms and type it on the other to confirm it.',
      closing:
        'One of the accounts is being deleted. It must be kept first: the button "Keep my account" is in the notice and on the website.',
      too_soon: 'There were two links within the last 30 days already. The next one is possible on {{date}}.',
      changed: 'One of the accounts changed while you were answering. Get a new code and start again: /link',
    },
  },
  notice: {
    linked: '🔗 {{platform}} is now linked to your account.',
    proven: '🔗 The link of your account is confirmed: {{platform}}.',
    not_me: 'Was that not you? Unlink it right away: /unlink',
    not_me_button: 'That was not me',
    typed_by_other: '🔑 Your code was typed on {{platform}}.',
    other_cancelled: 'The other side said no. Nothing has changed.',
    warn_if_shared: 'If it was not you who typed the code, show it to nobody again.',
    unlinked: '🔓 {{platform}} was unlinked from your account. All progress stayed on the old account.',
    unlinked_by: 'This was done on {{platform}}.',
    unlinked_other: 'If it was not you, write to the admins.',
  },
  check: {
    title: 'Linked platforms',
    line: '{{platform}} · known since {{date}}',
    line_named: '{{platform}} · @{{username}} · known since {{date}}',
    only_one: 'There is one platform so far. Link a second one: /link',
    unproven:
      'This link comes from old data and is not confirmed yet. Get a code with /link and type it on the other platform.',
    code_until: 'Your code works until {{time}}.',
    pending: 'A question is waiting for its answer:',
  },
  unlink: {
    title: 'Unlink {{platform}}?',
    choose: 'What shall be unlinked?',
    stays: 'All progress, coins and rank stay here: {{platforms}}.',
    leaves:
      'The unlinked {{platform}} starts from zero. Rewards that were paid already (daily, ranks, welcome) are not paid to it again.',
    once: 'The same platform can be unlinked once in 30 days.',
    yes: 'Unlink {{platform}}',
    cancel: 'Cancel',
    kept: 'Good, everything stays as it was.',
    done: 'Done: {{platform}} is unlinked. Progress stayed here: {{platforms}}.',
    not_linked: 'There is nothing to unlink here.',
    last_way_in: 'This is your only way in. Without it nobody could reach the account.',
    too_soon: 'This platform was unlinked already. It is possible again on {{date}}.',
    ask_elsewhere:
      '{{platform}} can be unlinked from itself or from the main platform of the account: {{primary}}. Send /unlink there.',
  },
}
