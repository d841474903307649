/** The form at which one signs in: with a token, or at the identity provider where there is one. */
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'

export interface SignInParts {
  /** Where to go afterwards. */
  next: string
  /** What went wrong before. */
  problem?: string
  /** There is an identity provider. */
  provider: boolean
}

export function signInPage({ next, problem, provider }: SignInParts): Html {
  const body = html`${problem === undefined ? undefined : html`<p class="problem" role="alert">${problem}</p>`}
${provider ? html`<p><a class="button" href="/admin/sign-in/provider?next=${encodeURIComponent(next)}">Sign in with your organization</a></p>` : undefined}
<form method="post" action="/admin/sign-in">
<input type="hidden" name="next" value="${next}">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required>
<p><button>Sign in</button></p>
</form>
<p class="quiet">Whoever may reach the ledger makes a token: <code>soapstone token create --name you --scope operate --expires 90d</code></p>`
  return layout({ title: 'Sign in', caller: undefined, body })
}

/** A path of ours, also where somebody wrote another address into the link. */
export function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/(?:admin|api)\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.includes('\\')
    ? next
    : '/admin/'
}
