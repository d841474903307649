/** What all pages have around them. */
import type { Caller } from '../access/caller.ts'
import { type Html, html } from './html.ts'

export interface PageParts {
  title: string
  /** Undefined: nobody is signed in. */
  caller: Caller | undefined
  body: Html
}

export function layout({ title, caller, body }: PageParts): Html {
  return html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} - Soapstone</title>
<link rel="stylesheet" href="/admin/assets/style.css">
</head>
<body>
<header>
<a href="/admin/">Soapstone</a>
${caller && signedIn(caller)}
</header>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>`
}

function signedIn({ name, scopes }: Caller): Html {
  return html`<nav aria-label="Pages"><a href="/admin/sessions">Sessions</a> <a href="/api/">API</a></nav>
<form method="post" action="/admin/sign-out"><span>${name} (${scopes.join(', ')})</span> <button>Sign out</button></form>`
}
