import type { JudgedFinding } from '../harness/model/record.ts';
import { claimOf } from './claim.ts';

/** Findings of one path that have one cause: the same host did it by the same line of its config. */
export interface Cause {
  /** The finding that tells most: the first one in the order of the audits. */
  readonly lead: JudgedFinding;
  readonly others: readonly JudgedFinding[];
}

/** What a host that refuses upgrades does besides, even where no line of its config is known for it: the gate excuses these together. */
const REFUSAL = new Set(['refused-upgrade', 'altered-handshake-header']);

/**
 * Puts findings of the same cause together, so that one line of config that fails three scenarios is told once. Whatever is not certain to
 * have the cause of another finding stands alone: no blame, an unknown host, a host without a line of config.
 */
export function byCause(findings: readonly JudgedFinding[]): readonly Cause[] {
  const causes: { readonly lead: JudgedFinding; readonly others: JudgedFinding[] }[] = [];
  for (const finding of findings) {
    const same = causes.find(({ lead }) => haveOneCause(lead, finding));
    if (same === undefined) causes.push({ lead: finding, others: [] });
    else same.others.push(finding);
  }
  return causes;
}

function haveOneCause(a: JudgedFinding, b: JudgedFinding): boolean {
  const [blameA, blameB] = [a.blame, b.blame];
  if (blameA === null || blameB === null || blameA.host !== blameB.host || blameA.host === 'unknown') return false;
  if (a.path !== b.path || a.outcome !== 'fail' || b.outcome !== 'fail') return false;
  if (a.expected !== b.expected || a.standing?.kind !== b.standing?.kind) return false;
  const [here, there] = [blameA.config, blameB.config];
  if (here !== null && there !== null) return here.file === there.file && here.line === there.line;
  return REFUSAL.has(a.auditId) && REFUSAL.has(b.auditId);
}

/** Scenarios of a cause in the order of its findings, each once. */
export const scenariosOf = ({ lead, others }: Cause): readonly string[] => [...new Set([lead, ...others].map(({ scenario }) => scenario))];

/** What a finding says beyond the one that leads its cause: the leader's own words are left out. */
export function claimBeside(finding: JudgedFinding, lead: JudgedFinding): string {
  const { text } = claimOf(finding);
  const why = lead.blame?.because ?? '';
  if (why === '' || !text.includes(why)) return text;
  return text.replace(why, '').replace(/[\s,:;]+$/, '') || text;
}
