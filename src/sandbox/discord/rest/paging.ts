import { Form } from '../validate/form.js'

/** Reads `limit` from a query: 1 to `max`, `usual` when absent, 50035 otherwise. */
export function limitFrom(query: URLSearchParams, max: number, usual: number): number {
  const form = new Form()
  const value = form.whole({ limit: query.get('limit') ?? undefined }, 'limit', [], 1, max)
  form.check()
  return value ?? usual
}
