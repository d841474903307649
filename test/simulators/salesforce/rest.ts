import { updateCollection } from './collections.ts'
import type { CallKind, createFaults } from './faults.ts'
import { issueToken, type OAuthOptions } from './oauth.ts'
import type { Org } from './org.ts'
import type { createQueries } from './query.ts'
import { error, isObject, ok, type Reply } from './reply.ts'

export interface RestOptions {
  org: Org
  oauth: OAuthOptions
  queries: ReturnType<typeof createQueries>
  faults: ReturnType<typeof createFaults>
  setup: { versions(): string[]; reply(resource: string, soql: string): Reply | undefined }
  /** Called with the ids of records that an API call gave another value, and what it said of itself. */
  onChanged(ids: string[], callOptions: string): void
}

/** A call that was recognised: what it is, what it carries, how to do it. */
export interface Call {
  kind: CallKind
  body: unknown
  run(): Reply
}

interface Request {
  method: string
  url: string
  text: string
  /** The header Sforce-Call-Options. A part of a composite request has its own. */
  callOptions: string
}

export interface Incoming extends Request {
  authorization: string | undefined
}

const resourcePath = /^(\/services\/data\/v\d\d\.\d)\/(query\/(?=.)|[\w/]+$)(.*)$/

/** Turns a request into a call, or straight into the reply of a request that is none. */
export function createRest(options: RestOptions) {
  const { org, queries, faults, setup, onChanged } = options

  function route(request: Incoming): Call | Reply {
    if (request.method === 'POST' && request.url === '/services/oauth2/token') return token(request)
    // The only one that needs no login.
    if (request.method === 'GET' && /^\/services\/data\/?$/.test(request.url)) return versions()
    const call = recognise(request, 'collections')
    if ('status' in call) return call
    return { ...call, run: () => (isAuthorized(request) ? call.run() : unauthorized()) }
  }

  function recognise({ method, url, text, callOptions }: Request, within: 'composite' | 'collections'): Call | Reply {
    const { pathname, searchParams } = new URL(url, 'http://salesforce.invalid')
    const [, base = '', resource = '', locator = ''] = resourcePath.exec(pathname) ?? []
    const soql = searchParams.get('q') ?? ''
    const ofSetup = method === 'GET' ? setup.reply(resource, soql) : undefined
    if (ofSetup !== undefined) return { kind: 'setup', body: soql || resource, run: () => ofSetup }
    switch (`${method} ${resource}`) {
      case 'GET query':
        return { kind: 'query', body: soql, run: () => queries.query(soql, base) }
      case 'GET queryAll':
        return { kind: 'query', body: soql, run: () => queries.query(soql, base, 'with-bin') }
      case 'GET query/':
        return { kind: 'queryMore', body: locator, run: () => queries.queryMore(locator, base) }
      case 'PATCH composite/sobjects':
        return withJson('collections', text, (body) => collections(body, within, callOptions))
      case 'POST composite':
        return withJson('composite', text, composite)
      default:
        return error(404, 'NOT_FOUND', 'The requested resource does not exist')
    }
  }

  function versions(): Call {
    const list = setup.versions().map((version) => ({ label: version, url: `/services/data/v${version}`, version }))
    return { kind: 'setup', body: 'versions', run: () => ok(list) }
  }

  function withJson(kind: CallKind, text: string, run: (body: unknown) => Reply): Call {
    try {
      const body: unknown = JSON.parse(text)
      return { kind, body, run: () => run(body) }
    } catch {
      return { kind, body: text, run: () => error(400, 'JSON_PARSER_ERROR', 'The request body is not valid JSON') }
    }
  }

  function collections(body: unknown, within: 'composite' | 'collections', callOptions: string): Reply {
    const changed = (ids: string[]) => onChanged(ids, callOptions)
    return updateCollection({ org, body, faultOf: (id) => faults.takeForRecord(id, within), onChanged: changed })
  }

  function composite(body: unknown): Reply {
    const requests: unknown = isObject(body) ? body.compositeRequest : undefined
    if (!Array.isArray(requests)) return error(400, 'JSON_PARSER_ERROR', 'compositeRequest expected')
    if (requests.length > 25) return error(400, 'LIMIT_EXCEEDED', 'at most 25 subrequests')
    if (requests.filter(isCostly).length > 5) return error(400, 'LIMIT_EXCEEDED', 'at most 5 queries and collections')
    return ok({ compositeResponse: requests.map(subrequest) })
  }

  function subrequest(request: unknown) {
    const { method, url, body, referenceId, httpHeaders } = isObject(request) ? request : {}
    const callOptions = isObject(httpHeaders) ? String(httpHeaders['Sforce-Call-Options'] ?? '') : ''
    const call = recognise(
      { method: String(method), url: String(url), text: JSON.stringify(body ?? null), callOptions },
      'composite',
    )
    const reply = 'status' in call ? call : runWithin(call)
    return { body: reply.body, httpHeaders: {}, httpStatusCode: reply.status, referenceId }
  }

  function runWithin(call: Call): Reply {
    if (call.kind === 'query' || call.kind === 'collections') return call.run()
    return error(400, 'INVALID_INPUT', `${call.kind} is not supported as a subrequest`)
  }

  function token({ text, authorization }: Incoming): Call {
    const form = new URLSearchParams(text)
    const [, basic] = /^Basic (.+)$/i.exec(authorization ?? '') ?? []
    const [id, secret] = Buffer.from(basic ?? '', 'base64')
      .toString()
      .split(':')
    if (id && secret) {
      form.set('client_id', decodeURIComponent(id))
      form.set('client_secret', decodeURIComponent(secret))
    }
    return { kind: 'oauth', body: Object.fromEntries(form), run: () => issueToken(form, options.oauth) }
  }

  function isAuthorized({ authorization }: Incoming): boolean {
    const [, session = ''] = /^(?:Bearer|OAuth) (.+)$/i.exec(authorization ?? '') ?? []
    return org.isLive(session)
  }

  return route
}

function isCostly(request: unknown): boolean {
  return isObject(request) && /\/(query|queryAll|composite\/sobjects)\b/.test(String(request.url))
}

function unauthorized(): Reply {
  return error(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
}
