import type { JudgedFinding } from '../../harness/model/record.ts';
import { patchFileOf } from '../../harness/model/remedy.ts';
import { plural } from '../numbers.ts';
import { diffLines, remedyOf, STATUS_WORDS, type DiffLine } from '../remedy-words.ts';
import { clip } from '../visible-text.ts';
import { fold } from './fold.ts';
import { html, type Html } from './html.ts';
import { prose } from './prose.ts';

/** Signs are text and are read out; colour only repeats what they say. */
const diffLine = ({ kind, text }: DiffLine): Html =>
  html`<span class="diff-${kind}">${clip(text, 1000)}
</span>`;

/**
 * What cures a finding: one sentence, whether it was tried, and the patch behind a fold; half a patch is not offered for copying. Nothing
 * where no remedy is known that may help.
 */
export function remedySection(finding: JudgedFinding): Html | null {
  const remedy = remedyOf(finding);
  if (remedy === null) return null;
  const { lines, more } = diffLines(remedy.patch);
  const badge = html`<span class="badge ${remedy.status === 'verified' ? 'pass' : 'inconclusive'}">${remedy.status}</span>`;
  const patch = html`
<div class="${more > 0 ? 'diff' : 'command diff'}"><code>${lines.map(diffLine)}</code></div>
${more > 0 && html`<p class="muted left-out">${plural(more, 'more line')} in the file</p>`}
<p class="muted">${prose(clip(remedy.because, 600))}</p>
<p class="muted">Patch in the run folder: <code>${patchFileOf(remedy)}</code>. Documentation: ${clip(remedy.source, 300)}.</p>`;
  return html`
<section class="remedy" aria-label="Remedy">
  <p><span class="label">Cure</span> <span title="${STATUS_WORDS[remedy.status]}">${badge}</span> ${prose(clip(remedy.title, 400))}</p>
  ${fold('The patch', patch)}
</section>`;
}

export const remedyCss = `
.remedy { display: grid; gap: .4rem; font-size: .875rem; grid-template-columns: minmax(0, 1fr); }
.remedy .fold > summary { font-size: .8125rem; }
.remedy .fold > div { display: grid; gap: .4rem; grid-template-columns: minmax(0, 1fr); }
.diff { align-items: flex-start; white-space: normal; }
.diff code { display: block; white-space: pre-wrap; min-inline-size: 0; }
.diff code span { display: block; }
.diff-added { color: var(--pass); background: var(--pass-tint); }
.diff-removed { color: var(--fail); background: var(--fail-tint); }
.diff-place, .diff-file { color: var(--muted); }
`;
