/** Numbers in sentences. */

/** `95` -> `1m 35s`; the two largest units. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const units: [string, number][] = [
    ['d', Math.floor(whole / 86_400)],
    ['h', Math.floor(whole / 3_600) % 24],
    ['m', Math.floor(whole / 60) % 60],
    ['s', whole % 60],
  ]
  const first = units.findIndex(([, amount]) => amount > 0)
  if (first < 0) return '0s'
  return units
    .slice(first, first + 2)
    .filter(([, amount]) => amount > 0)
    .map(([unit, amount]) => `${amount}${unit}`)
    .join(' ')
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

export function size(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`
}
