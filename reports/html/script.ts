/*
 * Conveniences only: theme, filter, folding, copying. Everything they need is made here, so that without scripts no dead
 * control is on the page. Text of the record is only ever read.
 */
const START = `
(() => {
  'use strict';
  const root = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const button = (text, onClick) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = text;
    made.addEventListener('click', () => onClick(made));
    return made;
  };
  const stored = (value) => {
    try {
      if (value === undefined) return localStorage.getItem('hopscope-theme');
      localStorage.setItem('hopscope-theme', value);
    } catch { /* a browser may refuse storage to file: pages */ }
    return null;
  };

  const dark = () => (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  if (['light', 'dark'].includes(stored())) root.dataset.theme = stored();
  const themeText = () => (dark() ? 'Light colours' : 'Dark colours');
  const theme = button(themeText(), (made) => {
    root.dataset.theme = dark() ? 'light' : 'dark';
    stored(root.dataset.theme);
    made.textContent = themeText();
  });
  const fold = button('Unfold all', (made) => {
    const open = made.textContent === 'Unfold all';
    for (const it of all('details')) it.open = open;
    made.textContent = open ? 'Fold all' : 'Unfold all';
  });

`;

const PATHS = `  const kinds = { 'All paths': null, 'Needs attention': ['fail', 'missing', 'error', 'inconclusive'], 'As declared': ['declared', 'allowed'], Passing: ['pass'] };
  const texts = new Map(all('section[data-path]').map((section) => [section.dataset.path, section.textContent.toLowerCase()]));
  let kind = 'All paths';
  const search = document.createElement('input');
  search.type = 'search';
  search.placeholder = 'Find in paths';
  search.setAttribute('aria-label', 'Show only paths that contain this text');
  const status = document.createElement('span');
  status.setAttribute('role', 'status');
  const apply = () => {
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    for (const it of all('[data-path]')) {
      const marks = kinds[kind];
      it.hidden = (marks !== null && !marks.includes(it.dataset.mark)) || !(texts.get(it.dataset.path) ?? '').includes(wanted);
      if (it.tagName === 'SECTION' && !it.hidden) shown += 1;
    }
    status.textContent = shown === texts.size ? '' : shown + ' of ' + texts.size + ' paths';
    for (const it of buttons) it.setAttribute('aria-pressed', String(it.textContent === kind));
  };
  const buttons = Object.keys(kinds).map((name) => button(name, () => { kind = name; apply(); }));
  search.addEventListener('input', apply);
  const group = document.createElement('div');
  group.className = 'choice';
  group.setAttribute('role', 'group');
  group.setAttribute('aria-label', 'Which paths to show');
  group.append(...buttons);
  const bar = document.querySelector('.tools');
  bar.append(group, search, status);
  document.querySelector('.brand').append(theme, fold);
  bar.hidden = false;
  apply();

  addEventListener('hashchange', () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.closest('[hidden]')) { kind = 'All paths'; search.value = ''; apply(); target.scrollIntoView(); }
  });
`;

const END = `  for (const command of all('.command')) {
    command.append(button('Copy', async (made) => {
      const code = command.querySelector('code');
      try {
        await navigator.clipboard.writeText(code.textContent);
        made.textContent = 'Copied';
      } catch {
        getSelection().selectAllChildren(code);
        made.textContent = 'Selected';
      }
      setTimeout(() => { made.textContent = 'Copy'; }, 1500);
    }));
  }
  let folded = [];
  addEventListener('beforeprint', () => { folded = all('details:not([open])'); for (const it of folded) it.open = true; });
  addEventListener('afterprint', () => { for (const it of folded) it.open = false; });
})();
`;

/**
 * The script of a page with a part of its own between what every page has: theme, folding, copying, printing. The part has `all(selector)`,
 * `button(text, onClick)`, `theme` and `fold`, and has to put these two on the page.
 */
export const scriptWith = (own: string): string => `${START}${own}${END}`;

export const pageScript = scriptWith(PATHS);

export const toolsCss = `
button, input[type="search"] { font: 500 .8125rem/1.4 var(--sans); color: var(--text); background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: .28rem .7rem; }
button { cursor: pointer; }
button:hover { border-color: var(--edge); }
.brand button { padding: .1rem .6rem; font-size: .75rem; color: var(--muted); }
.brand button:first-of-type { margin-inline-start: auto; }
.tools { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-block-end: .6rem; font-size: .8125rem; color: var(--muted); }
.choice { display: flex; flex-wrap: wrap; gap: .3rem; }
.choice [aria-pressed="true"] { background: var(--text); color: var(--page); border-color: var(--text); }
@media print { .tools, button { display: none; } }
`;
