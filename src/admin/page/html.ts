/** HTML as a tagged template. What is put into it is escaped, unless it is itself such a template. */

/** No JSON that came from outside can have this key, and so be taken for markup. */
const MARKUP = Symbol('markup')

export interface Html {
  readonly [MARKUP]: string
}

type Value = string | number | undefined | Html | readonly Html[]

export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  let text = parts[0] ?? ''
  values.forEach((value, i) => {
    text += markupOf(value) + (parts[i + 1] ?? '')
  })
  return { [MARKUP]: text }
}

/** The text to send. */
export function render(page: Html): string {
  return `<!doctype html>\n${page[MARKUP]}`
}

/** `undefined` is nothing. */
function markupOf(value: Value): string {
  if (value === undefined) return ''
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value))
  return MARKUP in value ? value[MARKUP] : value.map(markupOf).join('')
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
}
