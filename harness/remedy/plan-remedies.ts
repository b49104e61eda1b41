import type { Path, ProxyHost } from '../model/path.ts';
import type { JudgedFinding, RunRecord } from '../model/record.ts';
import type { RemedyCandidate } from '../model/remedy.ts';
import type { ConfigLine, ProxyService } from '../model/service.ts';
import { applyEdits, areInPlace, splitConfig } from './config-text.ts';
import { unifiedDiff } from './unified-diff.ts';

/** A line of a config that findings were blamed on, and what may be done about it. */
export interface PlannedRemedies {
  readonly path: Path;
  readonly proxy: ProxyHost;
  readonly line: ConfigLine;
  /** One finding for each audit that accuses the line: that of the first scenario in which it does. */
  readonly findings: readonly JudgedFinding[];
  /** Text of the config, as it was run. */
  readonly text: string;
  /** Best first; at least one. */
  readonly candidates: readonly PatchedCandidate[];
}

export interface PatchedCandidate extends RemedyCandidate {
  readonly patch: string;
  /** The config with the edits made. */
  readonly edited: string;
}

export interface PlanGrounds {
  readonly record: RunRecord;
  /** Id of the only finding to look at; null: all. */
  readonly only: string | null;
  readonly services: ReadonlyMap<string, ProxyService>;
  /** Text of a proxy's config as it was run; null where it is not known. */
  readonly textOf: (proxy: ProxyHost) => string | null;
}

/** Every failure that is blamed on a line of config, expected ones too, with the candidates of the service that runs it. Pure. */
export function planRemedies({ record, only, services, textOf }: PlanGrounds): readonly PlannedRemedies[] {
  const failures = record.findings.filter(({ outcome, id }) => outcome === 'fail' && (only === null || id === only));
  const causes = Map.groupBy(failures, ({ path, blame }) =>
    blame?.config ? JSON.stringify([path, blame.host, blame.config.line, blame.config.column, blame.config.symptom]) : '',
  );
  causes.delete('');
  return [...causes.values()].flatMap((findings): readonly PlannedRemedies[] => {
    const [lead] = findings;
    const path = record.paths.find((one) => one.path.id === lead?.path)?.path;
    const line = lead?.blame?.config;
    const proxy = path?.proxies.find(({ name, configLabel }) => name === lead?.blame?.host && configLabel === line?.file);
    if (path === undefined || !line || proxy === undefined) return [];
    const text = textOf(proxy);
    const thought = text === null ? [] : (services.get(proxy.service)?.remedies?.({ text, line, target: path.target }) ?? []);
    const candidates = text === null ? [] : thought.flatMap((candidate) => patched(candidate, text, line.file));
    return candidates.length === 0 || text === null ? [] : [{ path, proxy, line, findings: oneAnAudit(findings), text, candidates }];
  });
}

const oneAnAudit = (findings: readonly JudgedFinding[]): readonly JudgedFinding[] =>
  findings.filter((finding, index) => findings.findIndex(({ auditId }) => auditId === finding.auditId) === index);

/** A candidate with its patch; none where the edits change nothing, or two of them meet on one line. */
function patched(candidate: RemedyCandidate, text: string, file: string): readonly PatchedCandidate[] {
  if (!areInPlace(candidate.edits, splitConfig(text))) return [];
  const patch = unifiedDiff(text, candidate.edits, file);
  return patch === '' ? [] : [{ ...candidate, patch, edited: applyEdits(text, candidate.edits) }];
}
