/**
 * What the pages do where scripts run: they refresh themselves, and the keyboard reaches everything. Without it they are
 * whole. Plain JavaScript for browsers, sent as it is.
 */
export const SCRIPT = `'use strict'
const CHANGED_MS = 500
const EVERY_MS = 15000
const FOCUSABLE = 'a, button, summary, [data-copy]'

for (const part of document.querySelectorAll('.script')) part.hidden = false

/*
 * The parts that live are asked for again when something has changed, and now and then. A hidden page asks nothing. The
 * more there are who watch, the longer each waits, and each another time: the server says how long.
 */
const live = document.querySelector('[data-live]')
/* As the server sent them: what is added here must not look like a change. */
const drawn = new Map([...document.querySelectorAll('[data-live][id]')].map((one) => [one.id, one.innerHTML]))
let changes, timer, due, changed = false, spread = 0, asked = 0

async function refresh() {
  const mine = ++asked
  const reply = await fetch(location.href, { headers: { accept: 'text/html', 'soapstone-refresh': '1' } }).catch(() => undefined)
  if (mine !== asked || document.hidden) return
  if (reply === undefined || !reply.ok || reply.redirected) return stale(reply)
  const page = new DOMParser().parseFromString(await reply.text(), 'text/html')
  for (const fresh of page.querySelectorAll('[data-live][id]')) {
    const old = document.getElementById(fresh.id)
    if (old !== null && drawn.get(old.id) !== fresh.innerHTML) replace(old, fresh)
  }
  offerCopies()
  document.documentElement.classList.remove('stale')
}

/* What was open stays open, and the focus stays where it was. Nothing is changed under somebody who selects or types. */
function replace(old, fresh) {
  const selection = getSelection()
  if (!selection.isCollapsed && old.contains(selection.anchorNode)) return
  const focused = old.contains(document.activeElement) ? document.activeElement : undefined
  if (focused !== undefined && focused.matches('input, select, textarea')) return
  const open = [...old.querySelectorAll('details')].map((one) => one.open)
  const place = focused && [...old.querySelectorAll(FOCUSABLE)].indexOf(focused)
  old.innerHTML = fresh.innerHTML
  drawn.set(old.id, fresh.innerHTML)
  old.querySelectorAll('details').forEach((one, i) => { one.open = open[i] ?? one.open })
  if (place !== undefined && place >= 0) { offerCopies(); old.querySelectorAll(FOCUSABLE)[place]?.focus() }
}

function stale(reply) {
  document.documentElement.classList.add('stale')
  const made = document.getElementById('made')
  if (made !== null) made.textContent = reply === undefined || reply.status >= 500 ? 'No answer: this may be out of date.' : 'You are signed out: this is out of date.'
}

/* What is to come sooner anyway is left as it is. */
function again(ms) {
  const at = performance.now() + ms
  if (due !== undefined && due <= at) return
  due = at
  clearTimeout(timer)
  timer = setTimeout(() => {
    due = undefined
    changed = false
    refresh().finally(() => { if (!document.hidden) again(Math.max(EVERY_MS, spread)) })
  }, ms)
}

function follow() {
  changes?.close()
  clearTimeout(timer)
  due = undefined
  if (document.hidden) return
  changes = new EventSource('/api/events')
  changes.addEventListener('changed', ({ data }) => {
    spread = 2 * JSON.parse(data).refreshMs
    if (!changed) again(CHANGED_MS + Math.random() * spread)
    changed = true
  })
  again(EVERY_MS)
}

if (live !== null) {
  document.addEventListener('visibilitychange', () => { follow(); if (!document.hidden) void refresh() })
  follow()
}

/* Ids are shortened: a click copies the whole, and so does the keyboard. */
function offerCopies() {
  for (const one of document.querySelectorAll('[data-copy]')) {
    one.tabIndex = 0
    one.role = 'button'
  }
}
offerCopies()
document.addEventListener('click', (event) => {
  const text = event.target.closest?.('[data-copy]')?.dataset.copy
  if (text === undefined) return
  navigator.clipboard?.writeText(text).then(() => {
    event.target.classList.add('copied')
    setTimeout(() => event.target.classList.remove('copied'), 1200)
  }, () => {})
})

const rows = () => [...document.querySelectorAll('[data-row] a')]
function move(by) {
  const all = rows()
  const at = all.indexOf(document.activeElement)
  all[Math.min(all.length - 1, Math.max(0, at + by))]?.focus()
}

const GO = { o: '/admin/', l: '/admin/notifications', f: '/admin/failures', t: '/admin/tasks', a: '/admin/audit' }
const KEYS = {
  '/': () => document.getElementById('search')?.focus(),
  j: () => move(1),
  k: () => move(-1),
  r: () => (document.querySelector('#replay input[name=reason]') ?? document.querySelector('[data-replay]'))?.focus(),
  s: () => document.querySelector('[data-sort]')?.focus(),
  '?': () => document.getElementById('keys')?.showModal(),
}
let going = 0
document.addEventListener('keydown', (event) => {
  if (event.target.matches?.('[data-copy]') && (event.key === 'Enter' || event.key === ' ')) {
    event.preventDefault()
    event.target.click()
    return
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.('input, select, textarea')) return
  const place = performance.now() - going < 1500 ? GO[event.key] : undefined
  going = event.key === 'g' ? performance.now() : 0
  if (place !== undefined) location.href = place
  else if (KEYS[event.key] !== undefined) { event.preventDefault(); KEYS[event.key]() }
})
`
