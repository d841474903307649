/**
 * Preloaded into a `serve`: at a message its clock jumps by CHAOS_CLOCK_JUMP_MS. Only what reads Date sees it, as with a
 * real clock: timers and performance.now() go by the monotonic one.
 */
const real = Date
const jump = Number(process.env.CHAOS_CLOCK_JUMP_MS ?? 0)
let shift = 0

globalThis.Date = new Proxy(real, {
  construct: (target, given, asked) =>
    Reflect.construct(target, given.length > 0 ? given : [real.now() + shift], asked),
  apply: () => new Date().toString(),
  get: (target, key) => (key === 'now' ? () => real.now() + shift : Reflect.get(target, key)),
})

process.on('message', () => {
  shift = shift === 0 ? jump : 0
})
