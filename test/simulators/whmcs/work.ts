import { ACTIONS, isKnown } from './actions.ts'
import { type PhpArray, text } from './php-form.ts'
import { failure, type Reply } from './reply.ts'
import type { Store } from './store.ts'

interface Credentials {
  identifier: string
  secret: string
  accessKey: string | undefined
}

export interface Outcome {
  status: number
  reply: Reply
}

interface Request {
  store: Store
  credentials: Credentials
  action: string
  params: PhpArray
}

/** What api.php does with one request. A business error is a 200; only a refusal of the caller is a 403. */
export const work = ({ store, credentials, action, params }: Request): Outcome => {
  if (action === '') return { status: 400, reply: failure('Empty action request') }
  // The access key stands in for the address list, so without it the address is what is wrong.
  if (credentials.accessKey !== undefined && text(params.get('accesskey')) !== credentials.accessKey) {
    return { status: 403, reply: failure('Invalid IP 127.0.0.1') }
  }
  if (!authenticated(credentials, params)) return { status: 403, reply: failure('Invalid or missing credentials') }
  const act = isKnown(action) ? ACTIONS[action] : undefined
  if (act === undefined) {
    return { status: 200, reply: failure(`Invalid API Action: "${action.toLowerCase()}" is not a valid API action`) }
  }
  if (store.knobs.forbids.has(action)) {
    const message = `Invalid Permissions: API action "${action.toLowerCase()}" is not allowed`
    return { status: 403, reply: failure(message) }
  }
  return { status: 200, reply: act(store, params) }
}

/** identifier and secret may also come as username and password. */
const authenticated = ({ identifier, secret }: Credentials, params: PhpArray): boolean =>
  text(params.get('identifier') ?? params.get('username')) === identifier &&
  text(params.get('secret') ?? params.get('password')) === secret
