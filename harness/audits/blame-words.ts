import { formatConfigLine } from '../blame/config-line.ts';
import { programTitle } from '../blame/host-title.ts';
import { bounded, shownLine } from '../wire/redact.ts';
import type { HostEvidence, ProxyLogEvidence } from '../model/evidence.ts';
import type { Blame, FindingDetail } from '../model/finding.ts';

/** The facts, then in brackets what else says so: the proxy's log and the line of its config. */
export function blameSentence(blame: Blame, hosts: readonly HostEvidence[], log: ProxyLogEvidence | undefined): string {
  const proofs = [log === undefined ? '' : logWords(log, hosts), blame.config === null ? '' : formatConfigLine(blame.config)].filter(
    (proof) => proof !== '',
  );
  return proofs.length === 0 ? blame.because : `${blame.because} (${proofs.join('; ')})`;
}

function logWords({ host, entry }: ProxyLogEvidence, hosts: readonly HostEvidence[]): string {
  const words = [entry.termination, entry.terminationMeaning].filter((word) => word !== null).map((word) => bounded(word, 200));
  return words.length === 0 ? '' : `${programTitle(host, hosts)} log: ${words.join(', ')}`;
}

const MAX_LINES = 20;

/** The log lines themselves, per host, without the queries in them. */
export function logDetails(logs: readonly ProxyLogEvidence[]): readonly FindingDetail[] {
  return [...Map.groupBy(logs, (log) => log.host)].map(([host, lines]) => ({
    kind: 'log',
    title: `Written by ${host}`,
    host,
    lines: [...new Set(lines.map(({ entry }) => shownLine(entry.raw)))].slice(0, MAX_LINES),
  }));
}
