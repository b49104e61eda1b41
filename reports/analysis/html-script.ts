import { scriptWith } from '../html/script.ts';

/** Puts a search over the table of streams, where there are enough of them to look for one. */
const STREAMS = `
  document.querySelector('.brand').append(theme, fold);
  const rows = all('tr[data-stream]');
  const bar = document.querySelector('.tools');
  if (bar !== null && rows.length > 8) {
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const search = document.createElement('input');
    search.type = 'search';
    search.placeholder = 'Find in streams';
    search.setAttribute('aria-label', 'Show only streams that contain this text');
    const status = document.createElement('span');
    status.setAttribute('role', 'status');
    search.addEventListener('input', () => {
      const wanted = search.value.trim().toLowerCase();
      let shown = 0;
      rows.forEach((row, index) => {
        row.hidden = !texts[index].includes(wanted);
        if (!row.hidden) shown += 1;
      });
      status.textContent = shown === rows.length ? '' : shown + ' of ' + rows.length + ' streams';
    });
    bar.append(search, status);
    bar.hidden = false;
  }
`;

export const analysisScript = scriptWith(STREAMS);
