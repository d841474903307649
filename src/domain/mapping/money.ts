/** Amounts, exact: WHMCS is never asked for another price than the one that Salesforce has. */

/** Digits after the point where ISO 4217 does not say two. */
const MINOR_UNITS: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
}
const DIGITS = new Map(
  Object.entries(MINOR_UNITS).flatMap(([digits, codes]) =>
    codes.split(' ').map((code) => [code, Number(digits)] as const),
  ),
)

export function decimalsOf(currency: string | undefined): number {
  return (currency === undefined ? undefined : DIGITS.get(currency.toUpperCase())) ?? 2
}

/** What WHMCS takes for an amount, with two decimals at least. Undefined: it is no number, or has more decimals than that. */
export function toMoney(amount: string | number, decimals: number): string | undefined {
  // Beyond it a float does not hold every cent: the one that was meant is not known any more.
  if (typeof amount === 'number' && Math.abs(amount) * 10 ** decimals > Number.MAX_SAFE_INTEGER) return undefined
  const [, sign = '', whole = '', part = '', power = '0'] =
    /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(String(amount).trim()) ?? []
  if (whole === '') return undefined
  const shifted = shift(whole, part, Number(power))
  const fraction = shifted.fraction.replace(/0+$/, '')
  if (fraction.length > decimals) return undefined
  const digits = `${shifted.whole.replace(/^0+(?=\d)/, '')}.${fraction.padEnd(Math.max(2, decimals), '0')}`
  return sign === '-' && /[1-9]/.test(digits) ? `-${digits}` : digits
}

/** JavaScript writes small numbers as `1e-7`. */
function shift(whole: string, fraction: string, power: number): { whole: string; fraction: string } {
  const left = power < 0 ? whole.padStart(1 - power, '0') : whole
  const right = power > 0 ? fraction.padEnd(power, '0') : fraction
  const digits = left + right
  const point = left.length + power
  return { whole: digits.slice(0, point), fraction: digits.slice(point) }
}

export function isNegative(amount: string | number): boolean {
  return Number(amount) < 0
}
