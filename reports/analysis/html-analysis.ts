import type { CaptureAnalysis } from '../../harness/model/capture-analysis.ts';
import { answerCss } from '../html/answer.ts';
import { foldCss } from '../html/fold.ts';
import { html, type Html } from '../html/html.ts';
import { markCss } from '../html/mark.ts';
import { mastheadCss } from '../html/masthead.ts';
import { navigationCss } from '../html/navigation.ts';
import { htmlPage, pageCss } from '../html/page.ts';
import { toolsCss } from '../html/script.ts';
import { baseCss, themeCss } from '../html/theme.ts';
import { clip } from '../visible-text.ts';
import { betweenSection, capturesCss, capturesSection } from './html-captures.ts';
import { endingsCss, endingsSection } from './html-endings.ts';
import { headsCss, headsSection } from './html-heads.ts';
import { analysisNavigation } from './html-navigation.ts';
import { resentCss, resentSection } from './html-resent.ts';
import { rttCss, rttSection } from './html-rtt.ts';
import { analysisScript } from './html-script.ts';
import { sequenceCss, sequenceSection } from './html-sequence.ts';
import { streamsCss, streamsSection } from './html-streams.ts';
import { timelineCss, timelineSection } from './html-timeline.ts';
import { analysisTop, topCss } from './html-top.ts';
import { listCss, upgradesSection } from './html-upgrades.ts';

const CSS = [
  themeCss,
  baseCss,
  markCss,
  pageCss,
  navigationCss,
  mastheadCss,
  answerCss,
  foldCss,
  toolsCss,
  topCss,
  listCss,
  headsCss,
  sequenceCss,
  timelineCss,
  rttCss,
  endingsCss,
  resentCss,
  streamsCss,
  capturesCss,
].join('');

const SECTIONS: readonly ((analysis: CaptureAnalysis) => Html | null)[] = [
  headsSection,
  sequenceSection,
  upgradesSection,
  timelineSection,
  endingsSection,
  resentSection,
  rttSection,
  betweenSection,
  streamsSection,
  capturesSection,
];

/** One file that opens from disk and fetches nothing: the answer, the bytes that prove it, what happened when, and the numbers. */
export function analysisHtml(analysis: CaptureAnalysis): string {
  const main = html`<main id="main">${SECTIONS.map((section) => section(analysis))}</main>`;
  const body = html`<a class="skip" href="#main">Skip to the evidence</a>
<div class="layout">
${analysisNavigation(main)}
<div class="content">
${analysisTop(analysis)}
${main}
</div>
</div>`;
  return htmlPage({ title: `Hopscope: ${clip(analysis.answer[0] ?? 'capture analysis', 120)}`, css: CSS, script: analysisScript, body });
}
