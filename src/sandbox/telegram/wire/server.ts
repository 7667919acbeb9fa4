import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Misbehaviour } from '../../misbehaviour.js'
import type { Backend } from '../backend.js'
import { badRequest, TelegramError } from '../errors.js'
import { findMethod } from '../methods/registry.js'
import { Params } from './params.js'
import { readParams } from './request-body.js'

interface Answer {
  status: number
  body: unknown
}

/** Serves one bot's API on 127.0.0.1. Resolves when the port is open; rejects when it is taken. */
export async function serveBotApi(
  backend: Backend,
  misbehaviour: Misbehaviour,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    handle(backend, misbehaviour, request, response).catch((error: unknown) => {
      // The connection broke while the request was read, or a fault of the sandbox itself.
      if (response.headersSent || response.destroyed) return
      send(response, {
        status: 500,
        body: { ok: false, error_code: 500, description: `Internal Server Error: ${error}` },
      })
    })
  })
  // Clients keep idle connections; a server that hangs up first makes the next call on them fail.
  server.keepAliveTimeout = 75_000
  await listen(server, port)
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Runs one method in the name of the bot, as a webhook's answer may ask for. Errors come back as answers. */
export async function callMethod(
  backend: Backend,
  name: string,
  params: Params,
  gone: AbortSignal,
): Promise<Answer> {
  try {
    const found = findMethod(name)
    if (!found) throw new TelegramError(404, 'Not Found: method not found')
    const result = await found.method(backend, { params, gone })
    return { status: 200, body: { ok: true, result } }
  } catch (error) {
    if (error instanceof TelegramError) return refusal(error)
    throw error
  }
}

async function handle(
  backend: Backend,
  misbehaviour: Misbehaviour,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(url.pathname)
  if (file) {
    sendFile(backend, response, decodeURIComponent(file[1] ?? ''), decodeURIComponent(file[2] ?? ''))
    return
  }
  const call = /^\/bot([^/]+)\/([^/]+)\/?$/.exec(url.pathname)
  if (!call) {
    send(response, refusal(new TelegramError(404, 'Not Found')))
    return
  }
  const token = decodeURIComponent(call[1] ?? '')
  const asked = call[2] ?? ''
  const name = findMethod(asked)?.name ?? asked
  const params = await readParams(request, url).catch((error: unknown) => {
    if (error instanceof TelegramError) return error
    throw error
  })
  const log = (answer: Answer | undefined) =>
    backend.world.journal.append({
      kind: 'request',
      request: {
        method: name,
        params: params instanceof Params ? params.summary() : {},
        status: answer?.status ?? 0,
        answer: answer?.body,
      },
    })
  const run = async (): Promise<Answer> => {
    if (token !== backend.token) return refusal(new TelegramError(401, 'Unauthorized'))
    if (params instanceof TelegramError) return refusal(params)
    return callMethod(backend, name, params, gone.signal)
  }
  const answer = await withFaults(misbehaviour.faultsFor(name), run)
  log(answer)
  if (answer) send(response, answer)
  else response.destroy()
}

/** Lets the faults strike around a call. Undefined means that the connection breaks without an answer. */
async function withFaults(faults: Fault[], run: () => Promise<Answer>): Promise<Answer | undefined> {
  for (const fault of faults) {
    if (fault.kind === 'delay') await sleep(fault.ms)
    if (fault.kind === 'lose_request') return undefined
    if (fault.kind === 'garbage') return { status: 502, body: '<html><h1>502 Bad Gateway</h1></html>' }
    if (fault.kind === 'answer') {
      const parameters = fault.retryAfter === undefined ? undefined : { retry_after: fault.retryAfter }
      return refusal(new TelegramError(fault.code, fault.description, parameters))
    }
  }
  const answer = await run()
  return faults.some((fault) => fault.kind === 'lose_answer') ? undefined : answer
}

function refusal({ code, description, parameters }: TelegramError): Answer {
  return {
    status: code,
    body: { ok: false, error_code: code, description, ...(parameters && { parameters }) },
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  if (response.destroyed) return
  const isText = typeof body === 'string'
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json' })
  response.end(isText ? body : JSON.stringify(body))
}

function sendFile(backend: Backend, response: ServerResponse, token: string, path: string): void {
  const photo = backend.files.byPath(path)
  if (token !== backend.token) send(response, refusal(new TelegramError(401, 'Unauthorized')))
  else if (!photo) send(response, refusal(badRequest('wrong file_id or the file is temporarily unavailable')))
  else {
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': photo.bytes.length,
    })
    response.end(photo.bytes)
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}
