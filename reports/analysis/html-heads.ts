import { upgradesOnce } from '../../harness/measure/connections.ts';
import type { CaptureAnalysis, Contrast } from '../../harness/model/capture-analysis.ts';
import type { UpgradeSeen } from '../../harness/model/content-analysis.ts';
import { fold } from '../html/fold.ts';
import { html, type Html } from '../html/html.ts';
import { plural } from '../numbers.ts';
import { clip, visibleLine } from '../visible-text.ts';
import { bodyStartOf, requestLines, responseLines, type HeadLine } from './head-lines.ts';
import { outcomeBadge } from './html-upgrades.ts';
import { byOutcome } from './outcome-mark.ts';
import { formatElapsed, streamWords } from './stream-facts.ts';

const OPEN = 2;
const ALONE = 4;

/** Names in differences that stand for the request line. */
const START_LINE = new Set(['http version', 'method', 'target', 'query']);

interface Marked {
  /** Headers that this request has and the other has otherwise or not at all. */
  readonly keys: ReadonlySet<string>;
  /** Headers that only the other request has. */
  readonly lacks: readonly string[];
}

const UNMARKED: Marked = { keys: new Set(), lacks: [] };

function markedFor(side: 'accepted' | 'refused', { headerDifferences }: Contrast): Marked {
  const keyOf = (name: string): string => (START_LINE.has(name.toLowerCase()) ? 'start' : name.toLowerCase());
  return {
    keys: new Set(headerDifferences.filter((it) => it[side] !== null).map(({ name }) => keyOf(name))),
    lacks: headerDifferences.filter((it) => it[side] === null).map(({ name }) => name),
  };
}

const line = (arrow: string, { key, text }: HeadLine, isMarked: boolean): Html => html`
<li class="${isMarked ? 'differs' : key === 'start' ? 'start' : ''}"><span class="gutter" aria-hidden="true">${arrow}</span><code>${visibleLine(text)}</code>${isMarked && html`<span class="hidden-text"> (differs)</span>`}</li>`;

/** One handshake as it was on the wire: head of the request, time between, head of the answer and the first of its body. */
function headCard(analysis: CaptureAnalysis, upgrade: UpgradeSeen, marked: Marked): Html {
  const response = responseLines(upgrade.exchange);
  const body = bodyStartOf(upgrade.exchange);
  const answered = upgrade.elapsedMs === null ? html`no answer` : html`${formatElapsed(upgrade.elapsedMs)} later`;
  return html`
<article class="${`heads ${upgrade.outcome === 'accepted' ? 'good' : 'bad'}`}">
  <header>${outcomeBadge(upgrade)} <span class="muted">${streamWords(analysis, upgrade)}, frame ${String(upgrade.frame)}</span>
  <p><code>${clip(upgrade.client, 60)}</code> <span aria-hidden="true">→</span> <code>${clip(upgrade.server, 60)}</code></p></header>
  <ol class="head">${requestLines(upgrade.exchange).map((it) => line('>', it, marked.keys.has(it.key)))}${marked.lacks.map((name) => html`<li class="lacks"><span class="gutter" aria-hidden="true">−</span>no <code>${clip(name, 80)}</code></li>`)}</ol>
  <p class="between"><span>${answered}</span></p>
  ${response.length === 0 ? html`<p class="nothing">${clip(upgrade.because, 300)}</p>` : html`<ol class="head">${response.map((it) => line('<', it, false))}</ol>`}
  ${body !== '' && html`<pre class="body-start">${body}</pre>`}
</article>`;
}

function pair(analysis: CaptureAnalysis, contrast: Contrast, at: ReturnType<typeof finderOf>): Html | null {
  const [accepted, refused] = [at(contrast.accepted, true), at(contrast.refused, false)];
  if (accepted === undefined || refused === undefined) return null;
  return html`
<div class="pair">${analysis.answer.some((sentence) => sentence.startsWith(contrast.sentence)) ? html`<h3><code>${clip(`${refused.method} ${refused.target}`, 160)}</code></h3>` : html`<p class="sentence">${clip(contrast.sentence, 1500)}</p>`}
<div class="two">${headCard(analysis, accepted, markedFor('accepted', contrast))}${headCard(analysis, refused, markedFor('refused', contrast))}</div></div>`;
}

const finderOf =
  ({ upgrades }: CaptureAnalysis) =>
  (at: Contrast['accepted'], isAccepted: boolean): UpgradeSeen | undefined =>
    upgrades.find(
      ({ capture, stream, outcome }) => capture === at.capture && stream === at.stream && (outcome === 'accepted') === isAccepted,
    );

/** Refusals that are alike are shown once. */
const kindOf = ({ capture, server, outcome, status, target }: UpgradeSeen): string =>
  `${String(capture)} ${server} ${outcome} ${String(status)} ${target}`;
const onePerKind = (upgrades: readonly UpgradeSeen[]): readonly UpgradeSeen[] =>
  [...Map.groupBy(upgrades, kindOf).values()].flatMap(([first]) => first ?? []);

/** Refused handshakes beside the accepted ones that they are like, then those that are like none. */
export function headsSection(analysis: CaptureAnalysis): Html | null {
  const { contrasts } = analysis;
  const at = finderOf(analysis);
  const pairs = contrasts.map((contrast) => pair(analysis, contrast, at)).filter((it) => it !== null);
  const told = new Set(contrasts.flatMap(({ refused }) => at(refused, false) ?? []).map(kindOf));
  const alone = onePerKind(byOutcome(upgradesOnce(analysis).filter((it) => it.outcome !== 'accepted' && !told.has(kindOf(it))))).slice(
    0,
    ALONE,
  );
  if (pairs.length === 0 && alone.length === 0) return null;
  const title = pairs.length === 0 ? 'Not accepted, as on the wire' : 'Accepted and refused, side by side';
  return html`
<section aria-labelledby="heads"><h2 id="heads">${title}</h2>
${pairs.slice(0, OPEN)}
${pairs.length > OPEN && fold(plural(pairs.length - OPEN, 'more contrast'), pairs.slice(OPEN))}
${alone.length > 0 && html`${pairs.length > 0 && html`<h3>Not accepted, and no accepted one to compare with</h3>`}<div class="two">${alone.map((it) => headCard(analysis, it, UNMARKED))}</div>`}
</section>`;
}

export const headsCss = `
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: .9rem; align-items: start; }
.pair { display: grid; gap: .6rem; margin-block-end: 1.25rem; }
.pair h3 { font-size: .875rem; overflow-wrap: anywhere; }
.pair .sentence { font-size: .875rem; color: var(--muted); max-inline-size: 60rem; overflow-wrap: anywhere; }
section > h3 { font-size: .875rem; margin-block: 1rem .5rem; }
.heads { border: 1px solid var(--line); border-block-start: 3px solid var(--edge); border-radius: 8px; background: var(--surface); min-inline-size: 0; overflow: hidden; }
.heads.good { border-block-start-color: var(--pass); } .heads.bad { border-block-start-color: var(--fail); }
.heads > header { padding: .6rem .8rem; border-block-end: 1px solid var(--line); font-size: .8125rem; }
.heads > header p { margin-block-start: .25rem; overflow-wrap: anywhere; }
.head { padding-block: .4rem; }
.head li { display: flex; gap: .5rem; padding: .08rem .8rem; line-height: 1.5; }
.head code { white-space: pre-wrap; }
.head .gutter { color: var(--muted); font: .8125rem/1.5 var(--mono); flex: none; user-select: none; }
.head .start code { font-weight: 650; }
.head .differs { background: var(--open-tint); box-shadow: inset 3px 0 var(--open); }
.head .differs code { color: var(--open); font-weight: 600; }
.head .lacks { color: var(--open); background: var(--open-tint); font-size: .8125rem; font-style: italic; box-shadow: inset 3px 0 var(--open); }
.head .lacks .gutter { color: inherit; }
.between { display: flex; align-items: center; gap: .6rem; padding-inline: .8rem; font-size: .75rem; color: var(--muted); }
.between::before, .between::after { content: ""; flex: 1; border-block-start: 1px dashed var(--line); }
.nothing { padding: .5rem .8rem .7rem; font-size: .875rem; }
.body-start { margin: 0 .8rem .8rem; padding: .5rem .7rem; border-radius: 6px; background: var(--sunken); white-space: pre-wrap; overflow-wrap: anywhere; max-block-size: 9rem; overflow-y: auto; font-size: .75rem; }
`;
