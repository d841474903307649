/** RFC 9110, Accept-Language: which of the languages that there are somebody wants most. The first is the default. */
export function chooseLanguage(accepted: string | undefined, languages: readonly string[]): string {
  const [fallback = 'en'] = languages
  for (const wanted of preferences(accepted ?? '')) {
    if (wanted === '*') return fallback
    const found = languages.find((language) => fits(wanted, language.toLowerCase()))
    if (found !== undefined) return found
  }
  return fallback
}

/** `de` is good for who wants `de-AT`, and the other way about. */
function fits(wanted: string, language: string): boolean {
  return wanted === language || wanted.startsWith(`${language}-`) || language.startsWith(`${wanted}-`)
}

/** Those that are wanted, the most wanted first. */
function preferences(accepted: string): string[] {
  return accepted
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
      const weight = parameters.find((piece) => piece.startsWith('q='))
      return { range, q: weight === undefined ? 1 : Number(weight.slice(2)) }
    })
    .filter(({ range, q }) => range !== '' && q > 0)
    .sort((a, b) => b.q - a.q)
    .map(({ range }) => range)
}
