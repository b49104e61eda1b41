import { hostTitle } from '../blame/host-title.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import type { Blame, Finding } from '../model/finding.ts';
import type { Direction } from '../model/impairment.ts';
import { isControl, type Path } from '../model/path.ts';
import type { AuditInput } from './audit.ts';
import { alignClocks } from './play-clock.ts';
import type { Play } from './play-directions.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

export type PlayInput = AuditInput<'plays' | 'hosts'>;

/** What an audit saw of one play. */
export interface PlayFault {
  readonly play: Play;
  readonly direction: Direction;
  /** What whoever did it has done: `changed byte 7 of what the client sent`. */
  readonly did: string;
  readonly measures: Readonly<Record<string, number>>;
}

export interface PlayJudgement {
  readonly auditId: string;
  /** `was unchanged`: said of the plays that are well. */
  readonly well: string;
  /** What is judged; plays that say nothing to this audit are left out. */
  readonly concerns: (play: Play) => boolean;
  readonly faultOf: (play: Play) => PlayFault | null;
  /** Numbers of what passed. */
  readonly measures?: (plays: readonly Play[]) => Readonly<Record<string, number>>;
}

/** One finding for each scenario: what failed on this path and not in the same case on its control path. */
export function judgePlays(input: PlayInput, judgement: PlayJudgement): readonly Finding[] {
  const onControl = aligned(input.controlEvidence.plays);
  const plays = aligned(input.subject.plays).filter(judgement.concerns);
  const judged = { ...input, controlEvidence: { ...input.controlEvidence, plays: onControl } };
  return [...byScenario(plays)].map(([scenario, group]) => judgeScenario(judged, judgement, scenario, group));
}

const aligned = (plays: readonly Play[]): readonly Play[] => [...byScenario(plays).values()].flatMap((group) => alignClocks(group));

function judgeScenario(input: PlayInput, judgement: PlayJudgement, scenario: string, plays: readonly Play[]): Finding {
  const { auditId, well, faultOf } = judgement;
  const findings = scenarioFindings(auditId, input.path, scenario);
  const numbers = judgement.measures?.(plays) ?? {};
  const faults = plays.flatMap((play) => faultOf(play) ?? []);
  const own = isControl(input.path) ? faults : faults.filter(({ play }) => wasWellOnControl(input, judgement, play));
  const cases = [...new Set((own.length === 0 ? faults : own).map(({ play }) => play.caseId))];
  const [first] = own;
  if (first === undefined) {
    if (faults.length === 0)
      return findings.pass(`${counted(plays.length, 'play')} ${well}`, { evidence: refsOf(plays), measures: numbers });
    const summary = `${counted(faults.length, 'play')} failed, and on the control path no such play was well either`;
    return findings.inconclusive(summary, { evidence: refsOf(faults.map(({ play }) => play)), cases, measures: numbers });
  }
  const blame = blameFor(input.path, first);
  const who = blame.host === 'unknown' ? 'an unknown host' : hostTitle(blame.host, input.subject.hosts);
  const more = own.length > 1 ? `, and ${counted(own.length - 1, 'more play')} like it` : '';
  return findings.fail(`${who} ${first.did} (${first.play.caseId})${more}`, {
    blame,
    evidence: refsOf(own.map(({ play }) => play)),
    cases,
    measures: { failedPlays: own.length, ...first.measures },
    details: [
      {
        kind: 'table',
        title: 'Plays',
        columns: ['case', 'requirement', 'what was seen'],
        rows: own.map(({ play, did }) => [play.caseId, `${play.cite}: ${play.requirement}`, did]),
      },
    ],
  });
}

const wasWellOnControl = (input: PlayInput, { concerns, faultOf }: PlayJudgement, play: Play): boolean =>
  input.controlEvidence.plays.some(
    (other) => other.scenario === play.scenario && other.caseId === play.caseId && concerns(other) && faultOf(other) === null,
  );

/** The two ends differ and the same links without the proxy do not: with one proxy between it was that one; with several nobody is named. */
function blameFor(path: Path, { did, direction }: PlayFault): Blame {
  const [only, ...others] = path.proxies;
  const isImpaired = path.links.some(({ impairments }) => impairments.length > 0);
  if (only === undefined) return unknownBlame(`there is no proxy on this path, and something ${did}`);
  if (others.length > 0 || isImpaired) return unknownBlame(`one of several hosts ${did}; the two ends alone do not say which`);
  return {
    host: only.name,
    leg: null,
    direction,
    confidence: 'likely',
    because: `it ${did}; the same play was well on the control path, over the same links without it`,
    config: null,
    innocent: ['the links: they carried the same play on the control path'],
  };
}
