import type { RunRecord } from '../../harness/model/record.ts';
import { claimOf } from '../claim.ts';
import { leadOf } from '../lead.ts';
import { notMeasuredLines } from '../not-measured.ts';
import { pathsInOrder } from '../reading-order.ts';
import type { Reporter } from '../reporter.ts';
import { clip } from '../visible-text.ts';
import { answerCss } from './answer.ts';
import { attention, attentionCss } from './attention.ts';
import { blameCss } from './blame-box.ts';
import { drawingCss } from './drawing-parts.ts';
import { expectationsCss } from './expectations.ts';
import { findingCss } from './finding-card.ts';
import { differenceCss } from './difference.ts';
import { detailCss } from './finding-detail.ts';
import { foldCss } from './fold.ts';
import { headersCss } from './header-diff.ts';
import { html, type Html } from './html.ts';
import { latencyCss } from './latency.ts';
import { kneeCss, kneeSection } from './knee-section.ts';
import { kneePlotCss } from './knee-plot.ts';
import { loadDifferencesCss } from './load-differences.ts';
import { loadFigureCss } from './load-figure.ts';
import { loadNumbersCss } from './load-numbers.ts';
import { loadSection, loadSectionCss } from './load-section.ts';
import { loadSlotsCss } from './load-slots.ts';
import { loadTable, loadTableCss } from './load-table.ts';
import { markCss } from './mark.ts';
import { masthead, mastheadCss } from './masthead.ts';
import { matrix, matrixCss } from './matrix.ts';
import { measuredCss } from './measured.ts';
import { navigation, navigationCss } from './navigation.ts';
import { htmlPage, pageCss } from './page.ts';
import { passesCss } from './passing-findings.ts';
import { pathCss, pathSection } from './path-section.ts';
import { plotCss } from './percentile-plot.ts';
import { policyCss, policySection } from './policy-section.ts';
import { remedyCss } from './remedy.ts';
import { retransmissionsCss } from './retransmissions.ts';
import { runFactsCss } from './run-facts.ts';
import { pageScript, toolsCss } from './script.ts';
import { entryCss } from './subject-entry.ts';
import { provisionsCss } from './subject-provisions.ts';
import { subjectCss, subjectSection } from './subject-section.ts';
import { baseCss, themeCss } from './theme.ts';
import { wireCss } from './wire-table.ts';

const notMeasuredCss = `
.not-measured li { padding-inline-start: 1.1rem; position: relative; font-size: .875rem; }
.not-measured li::before { content: "–"; position: absolute; inset-inline-start: 0; color: var(--muted); }
`;

const CSS = [
  themeCss,
  baseCss,
  markCss,
  pageCss,
  notMeasuredCss,
  navigationCss,
  mastheadCss,
  runFactsCss,
  answerCss,
  foldCss,
  subjectCss,
  entryCss,
  provisionsCss,
  attentionCss,
  toolsCss,
  matrixCss,
  pathCss,
  drawingCss,
  findingCss,
  blameCss,
  remedyCss,
  detailCss,
  headersCss,
  latencyCss,
  loadTableCss,
  loadSectionCss,
  loadFigureCss,
  loadSlotsCss,
  loadNumbersCss,
  differenceCss,
  loadDifferencesCss,
  kneeCss,
  kneePlotCss,
  measuredCss,
  plotCss,
  retransmissionsCss,
  wireCss,
  expectationsCss,
  policyCss,
  passesCss,
].join('');

function notMeasured(record: RunRecord): Html | null {
  const sentences = notMeasuredLines(record);
  return sentences.length === 0
    ? null
    : html`<section aria-labelledby="not-measured"><h2 id="not-measured">Not measured</h2><ul class="not-measured">${sentences.map((sentence) => html`<li>${clip(sentence, 600)}</li>`)}</ul></section>`;
}

const titleOf = (record: RunRecord): string => {
  const lead = leadOf(record);
  return lead === null ? record.headline : claimOf(lead).text;
};

const body = (record: RunRecord): Html => html`<a class="skip" href="#matrix">Skip to the results</a>
<div class="layout">
${navigation(record)}
<div class="content">
${masthead(record)}
<main>
${subjectSection(record)}
${attention(record)}
${matrix(record)}
${policySection(record)}
${loadSection(record)}
${kneeSection(record)}
${loadTable(record)}
<div class="paths">${pathsInOrder(record).map((it) => pathSection(record, it))}</div>
${notMeasured(record)}
</main>
</div>
</div>`;

/** report.html: one file that opens from disk, fetches nothing, and holds every word without scripts. */
export const htmlReport: Reporter = (record) =>
  htmlPage({ title: `${record.verdict}: ${clip(titleOf(record), 120)}`, css: CSS, script: pageScript, body: body(record) });
