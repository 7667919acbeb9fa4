/** Every form of the site that changes anything, with fields that would do something. */
export const FORMS: [path: string, fields: Record<string, string>][] = [
  ['/login', { email: 'a@example.org', password: 'correct horse' }],
  ['/logout', {}],
  ['/register', { name: 'A', email: 'a@example.org', password: 'correct horse' }],
  ['/forgot', { email: 'a@example.org' }],
  ['/reset', { token: 'abc', password: 'correct horse' }],
  ['/auth/verify-email', { token: 'a.b.c', password: 'correct horse' }],
  ['/settings/sessions/end', { session: 'x' }],
  ['/settings/sessions/end-others', {}],
  ['/profile/daily', {}],
  [`/login/tg/${'a'.repeat(22)}`, {}],
  [`/login/tg/${'a'.repeat(22)}/enter`, {}],
  [`/login/link/${'a'.repeat(22)}/enter`, {}],
]
