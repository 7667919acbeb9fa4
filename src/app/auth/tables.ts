const DAY_SECONDS = 86_400
const SESSION_DAYS = 30
const TIMES = { createdAt: 'created_at', updatedAt: 'updated_at' }

/** The login library's tables under our names (migrations/0005_website_login.sql). */
export const tables = {
  user: { modelName: 'website_users', fields: { emailVerified: 'email_verified', ...TIMES } },
  session: {
    modelName: 'website_sessions',
    fields: {
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      userId: 'user_id',
      ...TIMES,
    },
    additionalFields: { madeBy: { type: 'string', required: false, input: false, fieldName: 'made_by' } },
    expiresIn: SESSION_DAYS * DAY_SECONDS,
    updateAge: DAY_SECONDS,
  },
  account: {
    modelName: 'website_logins',
    fields: {
      accountId: 'account_id',
      providerId: 'provider_id',
      userId: 'user_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      ...TIMES,
    },
  },
  verification: {
    modelName: 'website_verifications',
    fields: { expiresAt: 'expires_at', ...TIMES },
    storeIdentifier: 'hashed',
  },
  rateLimit: { modelName: 'website_rate_limits', fields: { lastRequest: 'last_request' } },
} as const
