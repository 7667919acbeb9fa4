import { ApiError } from '../errors.js'
import type { Json } from '../model/types.js'

export type Path = readonly (string | number)[]

interface TextRule {
  readonly min?: number
  readonly max?: number
  readonly required?: boolean
  readonly pattern?: RegExp
}

/** True for a JSON object (no list, no null). */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Collects what is wrong with a body and throws it as Discord's 50035 with the tree of errors. */
export class Form {
  readonly #tree: Json = {}
  #bad = false

  /** Notes one fault at a path. */
  fail(path: Path, code: string, message: string): void {
    this.#bad = true
    let node = this.#tree
    for (const step of path) {
      const key = String(step)
      if (!isObject(node[key])) node[key] = {}
      node = node[key] as Json
    }
    const list = Array.isArray(node._errors) ? node._errors : []
    node._errors = [...list, { code, message }]
  }

  /** Throws when anything was noted. */
  check(): void {
    if (this.#bad) throw new ApiError(400, 50035, 'Invalid Form Body', this.#tree)
  }

  /** Reads a text. Absent and null give undefined (noted when required). Length counts UTF-16 units as Discord does. */
  text(source: Json, key: string, path: Path, rule: TextRule = {}): string | undefined {
    const value = source[key]
    const at = [...path, key]
    if (value === undefined || value === null) {
      if (rule.required) this.fail(at, 'BASE_TYPE_REQUIRED', 'This field is required')
      return undefined
    }
    if (typeof value === 'object' || typeof value === 'boolean') {
      this.fail(at, 'STRING_TYPE_CONVERT', `Could not interpret "${JSON.stringify(value)}" as string.`)
      return undefined
    }
    const text = String(value)
    const { min = 0, max } = rule
    if (max !== undefined && text.length > max && min > 0) {
      this.fail(at, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`)
    } else if (max !== undefined && text.length > max) {
      this.fail(at, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`)
    } else if (text.length < min && rule.required && text.length === 0) {
      this.fail(at, 'BASE_TYPE_REQUIRED', 'This field is required')
    } else if (text.length < min) {
      this.fail(at, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max ?? 'any'} in length.`)
    } else if (rule.pattern && !rule.pattern.test(text)) {
      this.fail(at, 'STRING_TYPE_REGEX', 'String value did not match validation regex.')
    }
    return text
  }

  /** Reads a whole number within bounds. Absent and null give undefined. */
  whole(source: Json, key: string, path: Path, min: number, max: number): number | undefined {
    const value = source[key]
    if (value === undefined || value === null) return undefined
    const at = [...path, key]
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number)) {
      this.fail(at, 'NUMBER_TYPE_COERCE', `Value "${String(value)}" is not int.`)
      return undefined
    }
    if (number < min) {
      this.fail(at, 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${min}.`)
    } else if (number > max) {
      this.fail(at, 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${max}.`)
    }
    return number
  }

  /** Reads yes or no. Absent and null give undefined. */
  flag(source: Json, key: string, path: Path): boolean | undefined {
    const value = source[key]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'boolean') return value
    this.fail([...path, key], 'BOOLEAN_TYPE_CONVERT', 'Must be either true or false.')
    return undefined
  }

  /** Reads a list of objects; a wrong shape is noted and gives what could be read. Absent and null give undefined. */
  objects(source: Json, key: string, path: Path, max: number, min = 0): Json[] | undefined {
    const value = source[key]
    if (value === undefined || value === null) return undefined
    const at = [...path, key]
    if (!Array.isArray(value)) {
      this.fail(at, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType')
      return undefined
    }
    if (value.length > max) this.fail(at, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`)
    if (value.length < min) {
      this.fail(at, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`)
    }
    value.forEach((one, index) => {
      if (!isObject(one)) {
        this.fail([...at, index], 'MODEL_TYPE_CONVERT', 'Only dictionaries may be used in a ModelType')
      }
    })
    return value.filter(isObject)
  }

  /** Notes a value that is not among the offered ones. */
  choice(value: unknown, offered: readonly unknown[], path: Path): void {
    if (offered.includes(value)) return
    const list = offered.join(', ')
    this.fail(path, 'BASE_TYPE_CHOICES', `Value must be one of (${list}).`)
  }
}
