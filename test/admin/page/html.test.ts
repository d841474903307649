import t from 'tap'
import { html, render } from '../../../src/admin/page/html.ts'

const HOSTILE = `<script>alert("1")</script>' onload='x' & more`

t.test('html escapes what is put into it, in texts and attributes', async (t) => {
  const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; onload=&#39;x&#39; &amp; more'
  t.equal(render(html`<p title="${HOSTILE}">${HOSTILE}</p>`), `<!doctype html>\n<p title="${escaped}">${escaped}</p>`)
})

t.test('html takes templates within templates and lists of them as they are, once', async (t) => {
  const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`)
  const page = html`<ul>${items}</ul>${undefined}${0}${html`<i>${html`<b>${'&'}</b>`}</i>`}`
  t.equal(render(page), '<!doctype html>\n<ul><li>a</li><li>&lt;b&gt;</li></ul>0<i><b>&amp;</b></i>')
})

t.test('html takes no object from JSON for a template', async (t) => {
  const forged = JSON.parse('{"text":"<b>","Symbol(markup)":"<script>"}')
  t.throws(() => html`${forged}`)
})
