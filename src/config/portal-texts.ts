/** Own texts for customers: a JSON object by language, and in it by status or code. */
import { CODES } from '../domain/codes.ts'
import { ORDER_STATUSES } from '../domain/order-status.ts'
import { isObject } from '../runtime/is-object.ts'
import { readText } from './files.ts'

export type PortalTexts = Record<string, Record<string, string>>

const LONGEST = 500
const KEYS = new Set<string>([...ORDER_STATUSES, ...Object.keys(CODES)])

export function portalTexts(path: string): PortalTexts {
  const parsed = parse(path)
  const problems = Object.entries(parsed).flatMap(([language, texts]) => problemsOf(language, texts))
  if (Object.keys(parsed).length === 0) problems.push('there is no language in it')
  if (problems.length > 0) throw new Error(`(${path}) has problems: ${problems.join('; ')}`)
  return Object.fromEntries(Object.entries(parsed).map(([language, texts]) => [language, { ...Object(texts) }]))
}

function parse(path: string): Record<string, unknown> {
  let parsed: unknown
  try {
    parsed = JSON.parse(readText(path).replace(/^\uFEFF/, ''))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new Error(`(${path}) is not JSON: ${error.message}`)
  }
  if (!isObject(parsed)) throw new Error(`(${path}) is not a JSON object of languages`)
  return parsed
}

function problemsOf(language: string, texts: unknown): string[] {
  if (!/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(language)) return [`'${language}' is not a language such as de or pt-BR`]
  if (!isObject(texts)) return [`${language} is not an object of texts`]
  return Object.entries(texts).flatMap(([key, text]) => {
    if (!KEYS.has(key)) return [`${language}.${key}: there is no such status or code`]
    const fits = typeof text === 'string' && /\S/.test(text) && text.length <= LONGEST
    return fits ? [] : [`${language}.${key} is not a text of 1 to ${LONGEST} characters`]
  })
}
