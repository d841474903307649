/** Tokens as the operations and the access check want them. */
import { createTokens } from '../ledger/people/tokens.ts'
import type { Runner } from '../ledger/postgres/query.ts'
import { isScope, type Scope } from '../operations/scopes.ts'
import type { Token, TokenPort, TokenState } from '../operations/tokens.ts'
import type { CamelRow } from './camel.ts'
import { camel } from './camel.ts'

type Row = Awaited<ReturnType<ReturnType<typeof createTokens>['list']>>[number]

const STATES: readonly TokenState[] = ['active', 'rotated', 'expired', 'revoked']

export function tokensOfPeople(runner: Runner): TokenPort {
  const tokens = createTokens(runner)
  return {
    ...tokens,
    list: async () => (await tokens.list()).map(toToken),
    async find(id) {
      const found = await tokens.find(id)
      return found && toToken(found)
    },
  }
}

function toToken(row: Row): Omit<Token, 'prefix'> {
  const { tokenId: id, scopes, state, ...rest }: CamelRow<Row> = camel(row)
  return { ...rest, id, scopes: toScopes(scopes), state: STATES.find((one) => one === state) ?? 'expired' }
}

/** A constraint of the ledger lets no others in. */
export function toScopes(texts: string[]): Scope[] {
  return texts.filter(isScope)
}
