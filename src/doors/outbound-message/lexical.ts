/** What XML takes for white space and for a name. JavaScript's `\s` and `trim` know more: a no-break space is text here. */

const OUTER_SPACE = /^[ \t\n\r]+|[ \t\n\r]+$/g

export function trimXml(text: string): string {
  // Most values have no white space around them: two looks spare the expression.
  return isSpace(text.charCodeAt(0)) || isSpace(text.charCodeAt(text.length - 1)) ? text.replace(OUTER_SPACE, '') : text
}

export function isBlank(text: string): boolean {
  return /^[ \t\n\r]*$/.test(text)
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b && code !== 0x0c)
}

const START =
  'A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}'
const NC_NAME = `[${START}][${START}.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040-]*`
const NAME_START = new RegExp(`^[${START}]`, 'u')
const QNAME = new RegExp(`^[ \\t\\n\\r]*(?:(${NC_NAME}):)?(${NC_NAME})[ \\t\\n\\r]*$`, 'u')

/**
 * Whether the local part of a name may begin as it does. The parser has looked at the name as a whole, in which `a:1` is
 * fine; with namespaces each part is a name of its own.
 */
export function startsAsName(local: string): boolean {
  const code = local.charCodeAt(0)
  const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f
  return isLetter || NAME_START.test(local)
}

/** The parts of a qualified name, such as the value of `xsi:type`. Undefined: it is none. */
export function splitQName(text: string): { prefix: string; local: string } | undefined {
  const [, prefix = '', local] = QNAME.exec(text) ?? []
  return local === undefined ? undefined : { prefix, local }
}
