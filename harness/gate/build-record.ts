import type { EvidenceByKind, EvidenceKind, Recorded } from '../model/evidence.ts';
import type { Path } from '../model/path.ts';
import type { Remedy } from '../model/remedy.ts';
import {
  RECORD_SCHEMA_VERSION,
  type AuditTitle,
  type JudgedFinding,
  type PathRecord,
  type RunRecord,
  type TcpSummary,
} from '../model/record.ts';
import type { RunFacts } from '../model/run-facts.ts';
import { worst } from '../model/verdict.ts';
import type { Judgement } from './gate.ts';
import { instrumentSummaries, legSummaries } from './leg-summaries.ts';
import { loadCharts } from './load-charts.ts';
import { loadComparisons, loadSummary } from './load-summary.ts';

type EvidenceSet = { readonly [K in EvidenceKind]: readonly Recorded<EvidenceByKind[K]>[] };

/** What a record is made from beside the facts of the run. */
interface Parts {
  readonly audits: readonly AuditTitle[];
  readonly judgement: Judgement;
  /** What was tried against findings; one of a finding that is not there any more is left out. */
  readonly remedies?: readonly Remedy[];
}

/** Puts facts, evidence and judgement together into the one value that every report is made from. Pure. */
export function buildRecord(facts: RunFacts, evidence: EvidenceSet, { audits, judgement, remedies = [] }: Parts): RunRecord {
  const { verdict, exitCode, cells, findings, expectations, thresholds, warnings, quarantines, baseline, headline } = judgement;
  return {
    schemaVersion: RECORD_SCHEMA_VERSION,
    tool: facts.tool,
    run: facts.run,
    lab: facts.lab,
    machine: facts.machine,
    verdict,
    exitCode,
    headline,
    scenarios: facts.scenarios,
    ...(facts.subjects === undefined ? {} : { subjects: facts.subjects }),
    audits,
    paths: facts.paths.map((path) => pathRecord(path, evidence, judgement)),
    cells,
    findings: findings.map((finding) => withRemedies(finding, remedies)),
    expectations,
    thresholds,
    warnings,
    quarantines,
    baseline,
    loads: loadCharts(evidence, facts.paths),
    loadComparisons: loadComparisons(facts.paths, evidence.loads, evidence.usages),
    knees: evidence.knees.map(withoutRef),
    notMeasured: notMeasured(evidence, facts.paths),
  };
}

/** Only what failed can be cured. */
function withRemedies(finding: JudgedFinding, remedies: readonly Remedy[]): JudgedFinding {
  const own = finding.outcome === 'fail' ? remedies.filter(({ findingId }) => findingId === finding.id) : [];
  return own.length === 0 ? finding : { ...finding, remedies: own };
}

function pathRecord(path: Path, evidence: EvidenceSet, { cells, thresholds, baseline }: Judgement): PathRecord {
  const held = thresholds.filter((one) => one.path === path.id && one.known !== true).map((one) => one.verdict);
  const isWorse = baseline?.regressions.some((one) => one.path === path.id) === true;
  return {
    path: withoutWorlds(path),
    verdict: worst([...cells.filter((cell) => cell.path === path.id).map((cell) => cell.verdict), ...held, isWorse ? 'fail' : 'pass']),
    load: loadSummary(path, evidence.loads),
    tcp: tcpSummaries(path, evidence),
    legs: legSummaries(evidence.legs.filter((leg) => leg.path === path.id)),
    instruments: instrumentSummaries(evidence.instruments.filter((check) => check.path === path.id)),
    hosts: evidence.hosts.filter((host) => host.paths.includes(path.id)).map(withoutRef),
    links: evidence.links.filter((link) => link.paths.includes(path.id)).map(withoutRef),
  };
}

/** A world holds whole files, some of them the user's and some of them keys: run.json needs them, no report does. */
const withoutWorlds = (path: Path): Path => ({ ...path, proxies: path.proxies.map(({ world: _, ...proxy }) => proxy) });

function withoutRef<T>({ ref: _, ...rest }: Recorded<T>): Omit<Recorded<T>, 'ref'> {
  return rest;
}

/** Over all scenarios, as blame reckons when it clears a link: a path that refuses upgrades sends next to nothing under load. */
function tcpSummaries(path: Path, evidence: EvidenceSet): readonly TcpSummary[] {
  const own = evidence.tcpCounters.filter((counters) => counters.path === path.id);
  return [...Map.groupBy(own, (counters) => counters.host)].map(([host, readings]) => {
    // One reading that failed makes the sum unknown: never a smaller number that looks measured.
    const total = (of: (delta: Readonly<Record<string, number>>) => number | undefined): number | null => {
      const values = readings.map(({ delta }) => (delta === null ? undefined : of(delta)));
      return values.reduce<number | null>((sum, value) => (sum === null || value === undefined ? null : sum + value), 0);
    };
    return {
      host,
      retransSegs: total((delta) => delta['RetransSegs']),
      outSegs: total((delta) => delta['OutSegs']),
      needlessSegs: total((delta) => Math.min(delta['RetransSegs'] ?? 0, delta['TCPDSACKRecvSegs'] ?? delta['TCPDSACKRecv'] ?? 0)),
    };
  });
}

function notMeasured(evidence: EvidenceSet, paths: readonly Path[]): readonly string[] {
  const unread = evidence.tcpCounters.filter(({ delta }) => delta === null);
  const counters = [
    ...new Set(unread.map(({ host, path }) => `retransmissions at host ${host} on path ${path}: its kernel counters could not be read`)),
  ];
  const isJudged = new Set(paths.map(({ id }) => id));
  const absent = evidence.absences.map(({ path, scenario, because }) =>
    isJudged.has(path) ? `${scenario} on path ${path}: ${because}` : `path ${path} was not run, which its spec allows: ${because}`,
  );
  const uncarried = evidence.links.flatMap(({ link, applied }) =>
    applied.filter(({ rung }) => rung === 'none').map(({ impairment, note }) => `${impairment.kind} of link ${link}: ${note}`),
  );
  const uncaptured = evidence.captures.flatMap(({ scenario, host, absentBecause }) =>
    absentBecause === null ? [] : [`packets at host ${host} in ${scenario}: ${absentBecause}`],
  );
  return [...new Set([...absent, ...uncarried, ...counters, ...uncaptured])];
}
