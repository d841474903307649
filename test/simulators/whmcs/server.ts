import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { failure, type Reply, toJson, toXml } from './reply.ts'
import type { WhmcsFault } from './types.ts'
import type { Outcome } from './work.ts'

/** One decoded request, as the server sees it. */
export interface Job {
  action: string
  wantsJson: boolean
  fault: WhmcsFault | undefined
  perform(): Outcome
}

export interface ServerOptions {
  /** Called once per request, with its whole body. */
  receive(body: string, traceparent: string | undefined): Job
  latencyMs(): number
}

const API_PATH = '/whmcs/includes/api.php'

// PHP's post_max_size: a larger body arrives as an empty $_POST.
const POST_MAX_BYTES = 8 * 1024 * 1024

/** The page a hook's stray output causes: the action had run and only its answer could not be sent. */
const HTML_500 = `<!DOCTYPE html>
<html><head><title>Oops!</title></head><body>
<h1>Oops! Something went wrong and we couldn't process your request.</h1>
<p>Laminas\\HttpHandlerRunner\\Exception\\EmitterException: Output has been emitted previously; cannot emit response</p>
</body></html>
`

export const createApiServer = ({ receive, latencyMs }: ServerOptions): { server: Server; stop(): Promise<void> } => {
  const timers = new Set<NodeJS.Timeout>()
  const after = (ms: number, step: () => void): void => {
    if (ms <= 0) {
      step()
      return
    }
    const timer = setTimeout(() => {
      timers.delete(timer)
      step()
    }, ms)
    timers.add(timer)
  }

  const server = createServer((request, response) => {
    if (request.url?.split('?')[0] !== API_PATH) {
      sendText(response, { status: 404, body: '<h1>Not Found</h1>', contentType: 'text/html' })
      return
    }
    readBody(request, (body) => {
      const { traceparent } = request.headers
      const job = receive(body, typeof traceparent === 'string' ? traceparent : undefined)
      after(job.fault?.delayMs ?? 0, () => answer(response, job))
    })
  })
  // Node would close a connection idle for 5 s: a reset nobody asked for in the middle of a long run.
  server.keepAliveTimeout = 0

  const answer = (response: ServerResponse, job: Job): void => {
    const { fault } = job
    switch (fault?.kind) {
      case 'reset':
        response.socket?.resetAndDestroy()
        return
      case 'hang-before':
        return
      case 'error':
        send(response, job, { status: fault.status ?? 200, reply: failure(fault.message) })
        return
      case 'warning':
        send(response, job, { status: 200, reply: WARNING })
        return
      case 'late':
        response.socket?.destroy()
        after(fault.ms, () => job.perform())
        return
      case 'status':
        if (fault.work ?? false) after(latencyMs(), () => finish(response, job, job.perform()))
        else sendText(response, { ...fault, contentType: fault.contentType ?? 'text/html' })
        return
      default:
        // The client may have gone meanwhile; PHP does the work all the same.
        after(latencyMs(), () => finish(response, job, job.perform()))
    }
  }

  return {
    server,
    async stop() {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

const WARNING: Reply = { warning: 'Invalid or Missing Payment Information - Please Reload and Try Again' }

/** The work is done; what of it the client learns is up to the fault. */
const finish = (response: ServerResponse, job: Job, outcome: Outcome): void => {
  const { fault } = job
  switch (fault?.kind) {
    case 'lost-reply':
      response.socket?.destroy()
      return
    case 'hang':
      return
    case 'html-500':
      sendText(response, { status: 500, body: HTML_500, contentType: 'text/html' })
      return
    case 'status':
      sendText(response, { ...fault, contentType: fault.contentType ?? 'text/html' })
      return
    case 'cut-json': {
      const whole = toJson(outcome.reply)
      const body = whole.slice(0, Math.floor(whole.length / 2))
      sendText(response, { status: outcome.status, body, contentType: 'application/json' })
      return
    }
    default:
      send(response, job, outcome)
  }
}

const send = (response: ServerResponse, job: Job, { status, reply }: Outcome): void => {
  if (job.wantsJson) sendText(response, { status, body: toJson(reply), contentType: 'application/json' })
  else sendText(response, { status, body: toXml(job.action.toLowerCase(), reply), contentType: 'application/xml' })
}

const sendText = (
  response: ServerResponse,
  { status, body, contentType }: { status: number; body: string; contentType: string },
): void => {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/** Only a form POST fills $_POST; anything else arrives empty. A body cut off by the client is never acted on. */
const readBody = (request: IncomingMessage, then: (body: string) => void): void => {
  const chunks: Buffer[] = []
  let size = 0
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= POST_MAX_BYTES) chunks.push(chunk)
  })
  request.on('end', () => {
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
    const fills = request.method === 'POST' && isForm && size <= POST_MAX_BYTES
    then(fills ? Buffer.concat(chunks).toString('utf8') : '')
  })
  request.on('error', () => {
    chunks.length = 0
  })
}
