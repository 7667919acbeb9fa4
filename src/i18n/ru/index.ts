import { common } from './common.js'

export const ru = { common }
