import { z } from 'zod'
import {
  account,
  accountPath,
  awardBody,
  error,
  events,
  eventsQuery,
  idempotencyKey,
  keptAward,
  leaderboard,
  leaderboardQuery,
  recordedAward,
} from './schemas.js'

/** The API's description in OpenAPI 3.1, made of the very schemas that requests are read by. */
export function openApiDocument(publicUrl: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'TTFD',
      version: '1.0.0',
      description:
        'Reads members and gives them XP and coins. Every request but the one for this document needs a key made by `ttfd key create`.',
    },
    servers: [{ url: `${publicUrl.replace(/\/$/, '')}/api/v1` }],
    security: [{ key: [] }],
    paths: {
      '/openapi.json': {
        get: {
          operationId: 'describe',
          summary: 'This document',
          security: [],
          responses: { 200: answer('OpenAPI 3.1', { type: 'object' }) },
        },
      },
      '/accounts/{platform}/{id}': {
        get: {
          operationId: 'readAccount',
          summary: 'One member, by an id of any platform. Scope: read',
          parameters: pathParameters(),
          responses: {
            200: answer('The account; its e-mail and ids with the scope identities only', schema(account)),
            ...errors(400, 401, 403, 404, 429, 503),
          },
        },
      },
      '/accounts/{platform}/{id}/events': {
        get: {
          operationId: 'readEvents',
          summary:
            'What happened to a member, newest first. A page may be shorter than its limit. Scope: read',
          parameters: [...pathParameters(), ...parameters(eventsQuery, 'query')],
          responses: {
            200: answer('A page; pass `next` on as `before`', schema(events)),
            ...errors(400, 401, 403, 404, 429, 503),
          },
        },
      },
      '/leaderboard': {
        get: {
          operationId: 'readLeaderboard',
          summary: 'The best of all time or of a period. Scope: read',
          parameters: parameters(leaderboardQuery, 'query'),
          responses: {
            200: answer('A page; pass `next` on as `after`', schema(leaderboard)),
            ...errors(400, 401, 403, 429, 503),
          },
        },
      },
      '/awards': {
        post: {
          operationId: 'award',
          summary: 'Gives a member XP and coins, once per Idempotency-Key. Scope: awards',
          parameters: [
            { name: 'Idempotency-Key', in: 'header', required: true, schema: schema(idempotencyKey) },
          ],
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schema(awardBody, 'input') } },
          },
          responses: {
            200: answer('Recorded now, or before by the same key', schema(recordedAward)),
            202: answer('Kept until the database is back, and paid once then', schema(keptAward)),
            ...errors(400, 401, 403, 404, 409, 413, 415, 429, 503),
          },
        },
      },
    },
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: schema(error) },
    },
  }
}

type JsonSchema = Record<string, unknown>

function schema(type: z.ZodType, io: 'input' | 'output' = 'output'): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(type, { io }) as JsonSchema
  return rest
}

function parameters(type: z.ZodObject, place: 'path' | 'query') {
  const required = place === 'path'
  return Object.entries(type.shape).map(([name, field]) => ({
    name,
    in: place,
    required,
    schema: schema(field as z.ZodType),
  }))
}

const pathParameters = () => parameters(accountPath, 'path')

function answer(description: string, type: JsonSchema) {
  return { description, content: { 'application/json': { schema: type } } }
}

const MEANINGS: Record<number, string> = {
  400: 'Not valid',
  401: 'No key, or not a living one',
  403: 'The key lacks a scope',
  404: 'No such account, or a hidden one',
  409: 'The Idempotency-Key was used for another award, or the account cannot hold that much',
  413: 'Too large',
  415: 'Not JSON',
  429: 'Too many requests a minute, or the day of the key is full',
  503: 'The database is away',
}

function errors(...statuses: number[]) {
  const type = { $ref: '#/components/schemas/Error' }
  return Object.fromEntries(statuses.map((status) => [status, answer(MEANINGS[status] ?? '', type)]))
}
