import type { CommandStore } from './interactions/command-store.js'
import type { InteractionStore } from './interactions/interaction-store.js'
import type { World } from './model/world.js'
import type { Settings } from './options.js'

/** What the REST routes, the gateway and the controls share. */
export interface Core {
  readonly settings: Settings
  readonly world: World
  readonly commands: CommandStore
  readonly interactions: InteractionStore
  /** How the gateway stands, for /gateway/bot. */
  readonly gatewayInfo: () => { readonly url: string; readonly identifiesLeft: number }
}
