/** Whether answers are as the OpenAPI document says. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

export interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
}

export interface Operation {
  summary?: string
  description?: string
  tags?: string[]
  parameters?: { name: string; in: string; schema: object }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { content?: Record<string, { schema: object }> }>
}

interface Answered {
  method: string
  path: string
  status: number
  json: unknown
}

/** By the text of their schemas: the services of a file have the same. */
const compiled = new Map<string, ValidateFunction>()

/** What is wrong with an answer; undefined: nothing, or it is of no route that the document has. */
export function createDescription(read: () => Promise<unknown>) {
  const ajv = createAjv()
  let document: Promise<Document> | undefined

  return async ({ method, path, status, json }: Answered): Promise<string | undefined> => {
    // The document is what is being tested here.
    document ??= read() as Promise<Document>
    const { paths } = await document
    const asked = new URL(path, 'http://x').pathname
    const route = Object.keys(paths).find((one) => patternOf(one).test(asked))
    const operation = route === undefined ? undefined : paths[route]?.[method.toLowerCase()]
    if (operation === undefined) return undefined
    const response = operation.responses[String(status)] ?? operation.responses.default
    const [described] = Object.values(response?.content ?? {})
    if (described === undefined) return `the status ${status} is not described`
    const key = JSON.stringify(described.schema)
    const validate = compiled.get(key) ?? ajv.compile(described.schema)
    compiled.set(key, validate)
    return validate(json) ? undefined : ajv.errorsText(validate.errors)
  }
}

/** Compiles every schema of the document; throws where one is none. Returns how many there are. */
export function compileAll({ paths }: Document): number {
  const ajv = createAjv()
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
  const schemas = operations.flatMap(({ parameters = [], requestBody, responses }) => [
    ...parameters.map(({ schema }) => schema),
    ...[requestBody, ...Object.values(responses)].flatMap((one) =>
      Object.values(one?.content ?? {}).map(({ schema }) => schema),
    ),
  ])
  for (const schema of schemas) ajv.compile(schema)
  return schemas.length
}

/** As OpenAPI 3.1 has schemas. */
function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  return ajv
}

/** More exact routes come first in the document only by chance: a parameter takes no slash, and no name of another route. */
function patternOf(route: string): RegExp {
  return new RegExp(`^${route.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}
