/** Settings of the identity provider at which people sign in to the page. */
import { GROUP_SCOPES, issuerUrl } from './identity-provider.ts'
import { setting } from './setting.ts'
import { some } from './values.ts'

export const SIGN_IN_SETTINGS = {
  OIDC_ISSUER: setting({
    meaning:
      'Identity provider (OpenID Connect) at which people sign in to the page: its issuer. Unset: they use tokens',
    parse: issuerUrl,
  }),
  OIDC_CLIENT_ID: setting({
    meaning: 'Client id there. Its redirect URI is `…/admin/callback` at the address of the page',
    parse: some,
  }),
  OIDC_CLIENT_SECRET: setting({ meaning: 'Client secret there', secret: true, parse: some }),
  OIDC_SCOPES: setting({
    meaning: 'What the groups of the claim `groups` may do: `support=operate,platform=admin`. Nobody else gets in',
    ...GROUP_SCOPES,
  }),
}
