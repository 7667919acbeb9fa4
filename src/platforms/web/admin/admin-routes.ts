import { Hono } from 'hono'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { WebEnv } from '../http/client-address.js'
import { createAdminKit } from './admin-kit.js'
import { auditRoutes } from './audit.js'
import { deliveryRoutes } from './deliveries.js'
import { eventRoutes } from './events.js'
import { importRoutes } from './imports.js'
import { memberActRoutes } from './member-acts.js'
import { memberRoutes } from './members.js'
import { overviewRoutes } from './overview.js'
import { placeRoutes } from './places.js'
import { roleRoutes } from './roles.js'
import { payRoutes } from './rule-pay.js'
import { rewardRoutes } from './rule-rewards.js'
import { ruleRoutes } from './rules.js'

/** `/admin`: for those in ADMIN_ACCOUNTS who signed in by that very identity within the last 15 minutes. */
export function adminRoutes(kit: SignInKit): Hono<WebEnv> {
  const admin = createAdminKit(kit)
  const app = new Hono<WebEnv>()
  app.use('/admin/*', admin.guard)
  app.route('/', overviewRoutes(admin))
  app.route('/', memberRoutes(admin))
  app.route('/', memberActRoutes(admin))
  app.route('/', eventRoutes(admin))
  app.route('/', deliveryRoutes(admin))
  app.route('/', roleRoutes(admin))
  app.route('/', importRoutes(admin))
  app.route('/', placeRoutes(admin))
  app.route('/', ruleRoutes(admin))
  app.route('/', rewardRoutes(admin))
  app.route('/', payRoutes(admin))
  app.route('/', auditRoutes(admin))
  return app
}
