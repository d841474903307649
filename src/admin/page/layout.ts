/** What all pages have around them. */
import { allows } from '../../operations/scopes.ts'
import type { Caller } from '../access/caller.ts'
import { type Html, html } from './html.ts'
import { moment } from './parts/text.ts'

export interface PageParts {
  title: string
  /** What the page says at its top, where that is more than its title. */
  heading?: Html
  /** Undefined: nobody is signed in. */
  caller: Caller | undefined
  body: Html
  /** When it was made. */
  now?: Date
  /** Which of the pages it is. */
  here?: string
}

const PAGES: [string, string, string][] = [
  ['/admin/', 'Overview', 'g o'],
  ['/admin/notifications', 'Orders', 'g l'],
  ['/admin/failures', 'Failures', 'g f'],
  ['/admin/tasks', 'Tasks', 'g t'],
  ['/admin/audit', 'Audit', 'g a'],
]

export function layout({ title, heading, caller, body, now, here }: PageParts): Html {
  return html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} - Soapstone</title>
<link rel="icon" href="/admin/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/admin/assets/style.css">
<script src="/admin/assets/page.js" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<a class="home" href="/admin/">Soapstone</a>
${caller && signedIn(caller, here)}
</header>
<main id="main">
<h1 id="heading"${heading && html` data-live`}>${heading ?? title}</h1>
${body}
</main>
${now && foot(now)}
${caller && keys()}
</body>
</html>`
}

function signedIn({ name, scopes }: Caller, here: string | undefined): Html {
  return html`<nav aria-label="Pages">${PAGES.map(
    ([href, text]) => html`<a href="${href}"${href === here ? html` aria-current="page"` : undefined}>${text}</a>`,
  )}</nav>
<form class="search" role="search" action="/admin/notifications"><label class="hidden" for="search">Order number, id, account or words of an error</label><input id="search" name="q" type="search" placeholder="Order, id, account, error" autocomplete="off"></form>
<details class="me"><summary>${name}</summary><div><p class="quiet">May ${scopes.join(', ')}</p><a href="/admin/sessions">Sessions</a>${allows(scopes, 'admin') ? html`<a href="/admin/tokens">Tokens</a><a href="/admin/webhooks">Webhooks</a>` : undefined}<a href="/api/">API</a>
<form method="post" action="/admin/sign-out"><button>Sign out</button></form></div></details>`
}

function foot(now: Date): Html {
  return html`<footer class="quiet"><span id="made" data-live>As of ${moment(now)}.</span> All times are UTC. <span class="script" hidden>Press <kbd>?</kbd> for the keys.</span></footer>`
}

function keys(): Html {
  const rows: [string, string][] = [
    ['/', 'Search'],
    ['j k', 'Next and previous row'],
    ['Enter', 'Open the row'],
    ['s', 'Order of the list'],
    ['r', 'Replay, which asks first'],
    ...PAGES.map(([, text, key]): [string, string] => [key, text]),
    ['?', 'These keys'],
  ]
  return html`<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2><dl>${rows.map(([key, text]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${text}</dd></div>`)}</dl><form method="dialog"><button>Close</button></form></dialog>`
}
