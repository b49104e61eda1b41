import { isControl } from '../../harness/model/path.ts';
import type { JudgedFinding, LoadSummary, PathRecord, RunRecord, TcpSummary } from '../../harness/model/record.ts';
import { latencySentence } from '../latency-words.ts';
import { formatCount, plural } from '../numbers.ts';
import { lostAgain, togetherOf } from '../sent-again.ts';
import { fold } from './fold.ts';
import { hostList } from './host-list.ts';
import { html, type Html } from './html.ts';
import { instrumentDoubts } from './instrument-doubts.ts';
import { latency } from './latency.ts';
import { passingFindings } from './passing-findings.ts';
import { retransmissions } from './retransmissions.ts';
import { wireTable } from './wire-table.ts';

/** Audits that judge what stands here: their failures unfold it. */
const MEASURED = new Set(['added-latency', 'excess-retransmission', 'lost-message']);

function loadWords(load: LoadSummary, ofControl: boolean): string {
  const sessions = `${formatCount(load.upgraded)} of ${plural(load.attempts, 'session')} upgraded`;
  if (load.upgraded === 0) return sessions;
  const messages = `${formatCount(load.echoed)} of ${plural(load.sent, 'message')} echoed`;
  return ofControl
    ? `${sessions}, ${messages}`
    : `${sessions}, ${messages}, ${latencySentence(load, load.generatorWasBottleneck ? load.generatorNote : null)}`;
}

function resentWords(tcp: readonly TcpSummary[]): string {
  if (tcp.length === 0) return '';
  const again = lostAgain(togetherOf(tcp));
  return again === null ? 'retransmissions not measured' : plural(again, 'segment resent', 'segments resent');
}

function doubtsWords(instruments: PathRecord['instruments']): string {
  const doubts = instruments.filter(({ agree }) => !agree).length;
  return doubts === 0 ? '' : `instruments disagree on ${plural(doubts, 'leg')}`;
}

function digest({ path, load, tcp, instruments }: PathRecord, passes: number): string {
  const parts = [
    load === null ? '' : loadWords(load, isControl(path)),
    resentWords(tcp),
    doubtsWords(instruments),
    plural(passes, 'finding passed', 'findings passed'),
  ];
  return parts.filter((part) => part !== '').join('; ');
}

/** What was measured on a path besides its failures, behind a line that sums it up; `before` stands at the top of it. */
export function measured(record: RunRecord, it: PathRecord, failures: readonly JudgedFinding[], before: Html | null): Html {
  const { path } = it;
  const passes = record.findings.filter((finding) => finding.path === path.id && finding.outcome === 'pass');
  const control = isControl(path) ? null : (record.paths.find((other) => other.path.id === path.control)?.tcp ?? null);
  const isAsked = failures.length > 0 && (path.incident !== null || failures.some(({ auditId }) => MEASURED.has(auditId)));
  return fold(
    html`Measured: <span class="muted">${digest(it, passes.length)}</span>`,
    html`<div class="measured">${before}${it.load !== null && latency(path, it.load)}${retransmissions(it.tcp, control)}${wireTable(record, it)}${instrumentDoubts(it)}<div>${passingFindings(passes, record.audits)}${hostList(it.hosts, it.links)}</div></div>`,
    { open: isAsked },
  );
}

export const measuredCss = `
.measured { display: grid; gap: 1.2rem; grid-template-columns: minmax(0, 1fr); padding-block: .25rem .5rem; }
`;
