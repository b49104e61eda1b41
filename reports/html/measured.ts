import { isControl } from '../../harness/model/path.ts';
import type { JudgedFinding, LoadSummary, PathRecord, RunRecord, TcpSummary } from '../../harness/model/record.ts';
import { formatCount, formatMsDifference, plural } from '../numbers.ts';
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

function loadWords({ attempts, upgraded, sent, echoed, latency: own, controlLatency }: LoadSummary): string {
  const sessions = `${formatCount(upgraded)} of ${plural(attempts, 'session')} upgraded`;
  if (upgraded === 0) return sessions;
  const messages = `${formatCount(echoed)} of ${plural(sent, 'message')} echoed`;
  if (own === null || controlLatency === null) return `${sessions}, ${messages}`;
  const [p50, p99] = [own.p50Ms - controlLatency.p50Ms, own.p99Ms - controlLatency.p99Ms];
  return `${sessions}, ${messages}, p50 ${formatMsDifference(p50)} and p99 ${formatMsDifference(p99)} against control`;
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

function digest({ load, tcp, instruments }: PathRecord, passes: number): string {
  const parts = [
    load === null ? '' : loadWords(load),
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
