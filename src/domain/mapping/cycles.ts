/** WHMCS's billing cycles, and the words that an organisation has for them. */

/** The words of AddOrder's `billingcycle`. */
export const CYCLES = [
  'free',
  'onetime',
  'monthly',
  'quarterly',
  'semiannually',
  'annually',
  'biennially',
  'triennially',
] as const

/** Words of Salesforce's own packages, CPQ among them. */
export const BUILT_IN_CYCLES: Record<string, string> = {
  annual: 'annually',
  yearly: 'annually',
  semiannual: 'semiannually',
  halfyearly: 'semiannually',
  biennial: 'biennially',
  triennial: 'triennially',
  once: 'onetime',
}

/** Undefined: no word of WHMCS, and none that stands for one. `words` are those of the mapping. */
export function toCycle(text: string, words: Record<string, string>): string | undefined {
  const word = plain(text)
  const own = Object.entries(words).find(([given]) => given.trim().toLowerCase() === text.trim().toLowerCase())?.[1]
  const meant = own === undefined ? (BUILT_IN_CYCLES[word] ?? word) : plain(own)
  return CYCLES.find((cycle) => cycle === meant)
}

/** `One-Time`, `One Time` and `onetime` are the same. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z]/g, '')
}
