/** Letters that tell a member what happened to his account. Each text stands in a letter alone or among others. */
export const mail = {
  hello: 'Hello!',
  foot: 'This letter was sent automatically: what matters to your account at {{host}} is always told.',
  several: { subject: 'News of your account at {{host}}' },
  linked: {
    subject: 'A platform was linked at {{host}}',
    text: 'A platform was linked to your account at {{host}}: {{platform}}. Progress is shared from now on.\nIf it was not you, unlink it and end the sign-ins that you do not know:\n\n{{url}}',
  },
  proven: {
    subject: 'A link was confirmed at {{host}}',
    text: 'Both sides confirmed a link of your account at {{host}}: {{platforms}}.\nIf it was not you, unlink what is not yours and end the sign-ins that you do not know:\n\n{{url}}',
  },
  put_back: {
    subject: 'A link was put back at {{host}}',
    text: 'A platform is linked to your account at {{host}} again: {{platform}}.\nIf it was not you, unlink it:\n\n{{url}}',
  },
  merged: {
    subject: 'Accounts were merged at {{host}}',
    text: 'Your account at {{host}} was merged with another ({{platforms}}). Together: {{xp}} XP, coins: {{coins}}.\nIf it was not you, or you changed your mind, the merge can be undone for 30 days here:\n\n{{url}}',
  },
  undone: {
    subject: 'A merge was undone at {{host}}',
    text: 'The merge of accounts at {{host}} was undone. You have: {{xp}} XP, coins: {{coins}}. All sign-ins on the site ended; sign in again:\n\n{{url}}',
  },
  unlinked: {
    subject: 'A platform was unlinked at {{host}}',
    text: 'A platform was unlinked from your account at {{host}}: {{platform}}.\nIf it was not you, it can be put back for seven days:\n\n{{url}}',
  },
  signed_in: {
    subject: 'A sign-in at {{host}}',
    text: 'Somebody has just signed in to your account at {{host}}: {{device}}.\nIf it was not you, end the session that you do not know and write to an admin. All sessions are here:\n\n{{url}}',
  },
  password: {
    subject: 'The password at {{host}} was changed',
    text: 'A new password was set at {{host}}; all other sessions have ended.\nIf it was not you, set it anew:\n\n{{url}}',
  },
  email: {
    subject: 'The address at {{host}} was changed',
    text: 'Your account at {{host}} has the address {{email}} now, and this address has left it. All other sessions have ended.\nIf it was not you, sign in with Discord or from Telegram, end the sessions that you do not know and write to an admin:\n\n{{url}}',
  },
  exported: {
    subject: 'The data of your account at {{host}} were downloaded',
    text: 'Somebody, you we hope, downloaded the data of your account at {{host}}.\nIf it was not you, end the sessions that you do not know:\n\n{{url}}',
  },
  deletion_asked: {
    subject: 'Your account at {{host}} is being deleted',
    text: 'Your account at {{host}} disappears for ever on {{when}}. Until then it is hidden and closed.\nIf it was not you, or you changed your mind, sign in and press “Keep my account”; everything comes back as it was:\n\n{{url}}',
  },
  deletion_ended: {
    subject: 'Your account at {{host}} stays',
    text: 'The deletion of your account at {{host}} was taken back, everything is as it was.\nIf it was not you, look where the account is open:\n\n{{url}}',
  },
  account_restricted: {
    subject: 'Your account at {{host}} was restricted',
    text: '{{news}}\n\n{{url}}',
  },
  restriction_lifted: {
    subject: 'The restriction at {{host}} was lifted',
    text: '{{news}}\n\n{{url}}',
  },
}
