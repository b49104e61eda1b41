import { measuredWords } from '../../harness/measure/policy-words.ts';
import type { BaselineResult } from '../../harness/model/baseline.ts';
import type { QuarantineResult, ThresholdResult } from '../../harness/model/policy-result.ts';
import type { JudgedFinding, RunRecord } from '../../harness/model/record.ts';
import type { CellMark } from '../cell-mark.ts';
import { claimOf } from '../claim.ts';
import { plural } from '../numbers.ts';
import { baselineLine, repeatsLine, repeatWords, standingWords, warningCount } from '../policy-lines.ts';
import { pathNameOf } from '../path-name.ts';
import { failuresIn } from '../reading-order.ts';
import { clip } from '../visible-text.ts';
import { anchorOf } from './anchor.ts';
import { fold } from './fold.ts';
import { html, type Html } from './html.ts';
import { markDot } from './mark.ts';
import { prose } from './prose.ts';

const thresholdMark = ({ verdict, known }: ThresholdResult): CellMark => (known === true ? 'known' : verdict);
const ORDER: readonly CellMark[] = ['fail', 'inconclusive', 'known', 'pass'];

const thresholdRow = (result: ThresholdResult): Html => html`
<tr><td>${markDot(thresholdMark(result))}</td><th scope="row"><a href="#${anchorOf('path', result.path)}">${result.path}</a></th><td>${clip(result.expect, 200)}${result.why !== null && html` <span class="muted">${prose(clip(result.why, 300))}</span>`}</td><td class="number"><b>${measuredWords(result)}</b></td><td class="muted">${prose(clip(result.because, 400))}</td></tr>`;

function thresholds(results: readonly ThresholdResult[]): Html | null {
  if (results.length === 0) return null;
  const rows = results.toSorted((a, b) => ORDER.indexOf(thresholdMark(a)) - ORDER.indexOf(thresholdMark(b)));
  return html`
<h3 id="thresholds">Thresholds</h3>
<div class="scroll frame" role="region" aria-labelledby="thresholds" tabindex="0"><table class="thresholds">
<thead><tr><th scope="col"><span class="hidden-text">Result</span></th><th scope="col">Path</th><th scope="col">Expected</th><th scope="col" class="number">Measured</th><th scope="col">From</th></tr></thead>
<tbody>${rows.map(thresholdRow)}</tbody></table></div>`;
}

const warning = (record: RunRecord, finding: JudgedFinding): Html => html`
<li>${markDot('warned')}<div><a href="#${anchorOf('finding', finding.id)}"><b>${pathNameOf(record, finding.path)}</b>, ${finding.scenario}</a> ${prose(clip(claimOf(finding).text, 400))} <span class="muted">${prose(clip([standingWords(finding), repeatWords(finding)].filter((part) => part !== '').join('; '), 400))}</span></div></li>`;

function warnings(record: RunRecord): Html | null {
  const count = warningCount(record);
  if (count === null) return null;
  return html`<h3>Warnings</h3><p>${count}</p><ul class="policy-list">${failuresIn(record).warnings.map((it) => warning(record, it))}</ul>`;
}

const quarantine = ({ audit, path, scenario, until, daysLeft, findings, because }: QuarantineResult): Html => html`
<tr><td>${markDot(daysLeft === 0 ? 'fail' : 'warned')}</td><th scope="row">${audit}</th><td>${path}</td><td>${scenario ?? 'every scenario'}</td><td class="number">${until}</td><td class="number"><b>${daysLeft === 0 ? 'has run out' : `${plural(daysLeft, 'day')} left`}</b></td><td class="number">${findings.length === 0 ? 'nothing in this run' : plural(findings.length, 'finding')}</td><td class="muted">${prose(clip(because, 300))}</td></tr>`;

function quarantines(rules: readonly QuarantineResult[]): Html | null {
  if (rules.length === 0) return null;
  return html`
<h3 id="quarantines">Quarantines</h3>
<div class="scroll frame" role="region" aria-labelledby="quarantines" tabindex="0"><table class="thresholds">
<thead><tr><th scope="col"><span class="hidden-text">State</span></th><th scope="col">Audit</th><th scope="col">Paths</th><th scope="col">Scenario</th><th scope="col" class="number">Until</th><th scope="col" class="number">Left</th><th scope="col" class="number">In it</th><th scope="col">Because</th></tr></thead>
<tbody>${rules.map(quarantine)}</tbody></table></div>`;
}

const sentences = (list: readonly string[], mark: CellMark): readonly Html[] =>
  list.map((sentence) => html`<li>${markDot(mark)}<div>${prose(clip(sentence, 500))}</div></li>`);

function baseline(result: BaselineResult | null): Html | null {
  if (result === null) return null;
  const { regressions, fresh, mended, notCompared } = result;
  const worse = regressions.map(({ path, because }) => `${path}: ${because}`);
  return html`
<h3>Baseline</h3>
<p>${clip(baselineLine(result), 400)}</p>
<ul class="policy-list">${sentences(worse, 'fail')}${fresh.map((id) => html`<li>${markDot('fail')}<div>new: <a href="#${anchorOf('finding', id)}">${id}</a></div></li>`)}${sentences(
    mended.map((sentence) => `mended: ${sentence}`),
    'pass',
  )}</ul>
${mended.length > 0 && html`<p class="muted">To keep it so: <code>hopscope baseline write --ratchet --out ${result.file}</code></p>`}
${notCompared.length > 0 && fold(`Not compared (${notCompared.length})`, html`<ul class="policy-list">${sentences(notCompared, 'inconclusive')}</ul>`)}`;
}

/** What the policy and the baseline made of the run; null where neither says anything. */
export function policySection(record: RunRecord): Html | null {
  const repeats = repeatsLine(record);
  const parts = [thresholds(record.thresholds), warnings(record), quarantines(record.quarantines), baseline(record.baseline)];
  if (repeats === null && parts.every((part) => part === null)) return null;
  return html`<section class="policy" aria-labelledby="policy"><h2 id="policy">Policy</h2>${parts}${repeats !== null && html`<p class="muted">${repeats}</p>`}</section>`;
}

export const policyCss = `
.policy h3 { margin-block: 1rem .4rem; font-size: .9375rem; }
.policy p { font-size: .875rem; }
.thresholds { font-size: .8125rem; }
.thresholds td, .thresholds th { padding: .3rem .6rem; }
.thresholds thead th { font-size: .75rem; color: var(--muted); }
.thresholds tbody th { font-weight: 500; white-space: nowrap; }
.policy-list { display: grid; gap: .35rem; font-size: .875rem; margin-block: .4rem; }
.policy-list li { display: flex; gap: .6rem; }
.policy-list li > div { min-inline-size: 0; }
`;
