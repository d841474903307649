/** What can become of a message on its way, or on purpose. */

/** Pieces that have made other readers stumble. */
const HOSTILE = [
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '<!ENTITY x SYSTEM "file:///etc/passwd">',
  '&b;',
  '&constructor;',
  '&#0;',
  '&#xD800;',
  '&#x110000;',
  '&#99999999999999999999;',
  ']]>',
  '<![CDATA[',
  '<!--',
  '--!>',
  '<?xml version="1.1"?>',
  '<?a ?>',
  '</',
  '/>',
  '<__proto__/>',
  '<sf:__proto__>x</sf:__proto__>',
  '<sf:constructor xsi:nil="true"/>',
  ' xmlns=""',
  ' xmlns:sf="urn:a"',
  ' xmlns:xml="urn:a"',
  ' xmlns:__proto__="urn:a"',
  ' xsi:type="__proto__:Order"',
  ' xsi:nil="true"',
  '<a'.repeat(50),
  '<a>'.repeat(50),
  '\ufeff',
  '\u0000',
  '\ud7ff\ue000',
]
const BYTES = [[0xff, 0xfe], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0x0d]]
const PIECES = [...HOSTILE.map((text) => Buffer.from(text)), ...BYTES.map((bytes) => Buffer.from(bytes))]

/** One to four changes. `draw` gives a number from 0 up to, but not, 1. */
export function mutate(bytes: Buffer, draw: () => number): Buffer {
  let mutated = bytes
  for (let changes = 1 + Math.floor(draw() * 4); changes > 0; changes--) mutated = change(mutated, draw)
  return mutated
}

function change(bytes: Buffer, draw: () => number): Buffer {
  const place = () => Math.floor(draw() * (bytes.length + 1))
  const [from = 0, to = 0] = [place(), place()].sort((a, b) => a - b)
  const [before, within, after] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)]
  switch (Math.floor(draw() * 6)) {
    case 0: {
      const flipped = Buffer.from(bytes)
      if (from < flipped.length) flipped[from] = (flipped[from] ?? 0) ^ (1 << Math.floor(draw() * 8))
      return flipped
    }
    case 1:
      return before
    case 2:
      return Buffer.concat([before, after])
    case 3:
      // No further than a message may be long: growth upon growth is not the question here.
      return Buffer.concat([before, within, within, after]).subarray(0, 1024 * 1024)
    case 4:
      return Buffer.concat([after, within, before])
    default:
      return Buffer.concat([before, PIECES[Math.floor(draw() * PIECES.length)] ?? before, within, after])
  }
}

/** mulberry32: numbers from 0 up to, but not, 1; the same for the same seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
