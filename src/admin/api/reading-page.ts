/** The OpenAPI document as a page to read: each route with what it takes and what it gives. */
import { type Html, html } from '../page/html.ts'
import { layout } from '../page/layout.ts'

/** What the page shows of the document. */
interface Described {
  paths?: Record<string, Record<string, unknown> | undefined>
}

export function readingPage(document: Described): Html {
  const routes = Object.entries(document.paths ?? {}).flatMap(([path, methods = {}]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      ...fieldsOf(operation),
    })),
  )
  const tags = [...new Set(routes.flatMap(({ tags }) => tags))]
  const body = html`<p>The same for programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1). Give a token with each request:
<code>Authorization: Bearer sst_…</code></p>
<nav aria-label="Parts"><ul>${tags.map((tag) => html`<li><a href="#${tag}">${tag}</a></li>`)}</ul></nav>
${tags.map(
  (tag) => html`<h2 id="${tag}">${tag}</h2>
${routes.filter(({ tags: [first] }) => first === tag).map(routeOf)}`,
)}`
  return layout({ title: 'API', caller: undefined, body })
}

interface Operation {
  tags: string[]
  summary: string
  description: string
  parameters: { name: string; where: string; required: boolean; schema: unknown; description: string }[]
  body: unknown
  answers: [string, unknown][]
}

function routeOf({
  method,
  path,
  summary,
  description,
  parameters,
  body,
  answers,
}: Operation & { method: string; path: string }) {
  return html`<details>
<summary><code>${method} ${path}</code> ${summary}</summary>
<p>${description}</p>
${
  parameters.length === 0
    ? undefined
    : html`<table><caption>Parameters</caption><thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">What</th></tr></thead>
<tbody>${parameters.map((one) => html`<tr><td><code>${one.name}</code>${one.required ? ' (required)' : undefined}</td><td>${one.where}</td><td>${one.description} <code>${inShort(one.schema)}</code></td></tr>`)}</tbody></table>`
}
${body === undefined ? undefined : html`<h3>Body</h3><pre>${pretty(body)}</pre>`}
${answers.map(([status, schema]) => html`<h3>${status}</h3>${schema === undefined ? undefined : html`<pre>${pretty(schema)}</pre>`}`)}
</details>
`
}

/** Whatever the document holds: nothing in it is certain to be there. */
function fieldsOf(operation: unknown): Operation {
  const parameters = arrayIn(operation, 'parameters').map((one) => ({
    name: textIn(one, 'name'),
    where: textIn(one, 'in'),
    required: memberOf(one, 'required') === true,
    schema: memberOf(one, 'schema'),
    description: textIn(one, 'description'),
  }))
  const answers = Object.entries(objectIn(operation, 'responses')).map(([status, answer]): [string, unknown] => [
    status,
    schemaOf(answer),
  ])
  return {
    tags: arrayIn(operation, 'tags').map(String),
    summary: textIn(operation, 'summary'),
    description: textIn(operation, 'description'),
    parameters,
    body: schemaOf(memberOf(operation, 'requestBody')),
    answers,
  }
}

function schemaOf(content: unknown): unknown {
  const [first] = Object.values(objectIn(content, 'content'))
  return memberOf(first, 'schema')
}

/** A schema by its outline: names, and the type of each. */
function pretty(schema: unknown): string {
  return JSON.stringify(outline(schema), null, 2)
}

function outline(schema: unknown): unknown {
  const properties = Object.entries(objectIn(schema, 'properties'))
  if (properties.length > 0) return Object.fromEntries(properties.map(([name, inner]) => [name, outline(inner)]))
  const items = memberOf(schema, 'items')
  return items === undefined ? inShort(schema) : [outline(items)]
}

function inShort(schema: unknown): string {
  const choices = arrayIn(schema, 'enum')
  if (choices.length > 0) return choices.join(' | ')
  const types = [memberOf(schema, 'type') ?? 'any'].flat().join(' | ')
  const format = textIn(schema, 'format')
  return format === '' ? types : `${types} (${format})`
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).find(([key]) => key === name)?.[1]
}

function objectIn(value: unknown, name: string): object {
  const member = memberOf(value, name)
  return typeof member === 'object' && member !== null ? member : {}
}

function arrayIn(value: unknown, name: string): unknown[] {
  const member = memberOf(value, name)
  return Array.isArray(member) ? member : []
}

function textIn(value: unknown, name: string): string {
  const member = memberOf(value, name)
  return typeof member === 'string' ? member : ''
}
