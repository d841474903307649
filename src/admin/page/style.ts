/** The style sheet: system fonts, light and dark, nothing from elsewhere. */
export const STYLE = `:root {
  color-scheme: light dark;
  --text: light-dark(#1d2129, #e4e6ea);
  --quiet: light-dark(#586070, #9aa2b1);
  --ground: light-dark(#ffffff, #14171c);
  --line: light-dark(#d8dce3, #333a45);
  --accent: light-dark(#0b5cad, #7db8f5);
  --bad: light-dark(#b3261e, #ff9b93);
}
body { margin: 0; color: var(--text); background: var(--ground); font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; padding: 0.75rem 1rem; border-bottom: 1px solid var(--line); }
header > a { font-weight: 600; }
header form { margin-left: auto; }
header span, .quiet { color: var(--quiet); }
main { max-width: 72rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 24px; }
h2 { font-size: 18px; margin-top: 2rem; }
a { color: var(--accent); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid var(--line); border-radius: 4px; }
label { display: block; margin: 1rem 0 0.25rem; }
input { font: inherit; padding: 0.4rem; width: 100%; max-width: 32rem; box-sizing: border-box; }
button, .button { font: inherit; padding: 0.35rem 0.9rem; border: 1px solid var(--line); border-radius: 4px; background: var(--ground); color: var(--accent); cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.problem { color: var(--bad); font-weight: 600; }
`
