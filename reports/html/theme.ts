/*
 * Colours are declared once for both schemes with light-dark(); the toggle only sets color-scheme on the root.
 * Every pair of a text colour and the ground it stands on has a contrast of at least 4.5.
 */
export const themeCss = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f7f7f5, #101317); --surface: light-dark(#ffffff, #171b20); --sunken: light-dark(#f1f1ee, #1e2329);
  --text: light-dark(#1b1f24, #e6e9ed); --muted: light-dark(#5a626d, #9ba5b2); --line: light-dark(#e2e2dd, #2a3038); --edge: light-dark(#b9bcc0, #4a525d);
  --accent: light-dark(#1f56c4, #8db4ff);
  --pass: light-dark(#17663a, #7fd29d); --pass-tint: light-dark(#e5f3ea, #14271c);
  --fail: light-dark(#b0231c, #ff9c93); --fail-tint: light-dark(#fcebe9, #351917);
  --declared: light-dark(#4b479e, #b7b6f7); --declared-tint: light-dark(#ededfa, #22223d);
  --open: light-dark(#765000, #ecc56c); --open-tint: light-dark(#fbf1d9, #2d2611);
  --error: light-dark(#8b1a66, #f2a0d6); --error-tint: light-dark(#fae9f4, #331a2b);
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
@media print { :root, :root[data-theme="dark"] { color-scheme: light; --page: #fff; } }
`;

export const baseCss = `
*, ::before, ::after { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-block-start: 1rem; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--page); color: var(--text); font: 400 .9375rem/1.55 var(--sans); overflow-wrap: break-word; }
h1, h2, h3, h4, p, dl, dd, ul, ol, figure, pre { margin: 0; padding: 0; }
h2, h3, h4 { line-height: 1.3; text-wrap: balance; }
ul, ol { list-style: none; }
code, pre, .mono { font-family: var(--mono); font-size: .8125rem; font-variant-ligatures: none; }
code { overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px; text-decoration-color: color-mix(in srgb, currentColor 40%, transparent); }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
table { border-collapse: collapse; inline-size: 100%; font-size: .875rem; }
th { font-weight: 600; text-align: start; }
td, th { padding: .4rem .75rem; vertical-align: top; border-block-end: 1px solid var(--line); }
tr:last-child > td, tr:last-child > th { border-block-end: 0; }
.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.muted { color: var(--muted); }
.label { font-size: .75rem; font-weight: 600; letter-spacing: .02em; color: var(--muted); }
.scroll { overflow-x: auto; max-inline-size: 100%; }
.frame { border: 1px solid var(--line); border-radius: 8px; background: var(--surface); }
summary { cursor: pointer; }
.skip { position: absolute; inset-inline-start: -999rem; }
.skip:focus { inset: .5rem auto auto .5rem; padding: .5rem 1rem; background: var(--surface); z-index: 9; }
.hidden-text { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
`;
