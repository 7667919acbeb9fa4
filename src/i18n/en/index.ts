import { common } from './common.js'
import { web } from './web.js'

export const en = { common, web }
