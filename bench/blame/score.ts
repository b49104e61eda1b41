import { basename } from 'node:path';
import type { JudgedFinding, RunRecord } from '../../harness/model/record.ts';
import type { Fault } from './fault.ts';

/** `missed`: nothing failed at all. An answer that names nobody, and one that is missing, are both `unknown` in the totals. */
export type HostScore = 'right' | 'unknown' | 'missed' | 'wrong';

/** What was answered about one fault. */
export interface Scored {
  readonly id: string;
  readonly family: string;
  readonly host: HostScore;
  /** Null: not asked, or nobody was named. */
  readonly direction: boolean | null;
  readonly cause: boolean;
  readonly line: boolean | null;
  /** Audit id of the answer; null when there was none. */
  readonly answer: string | null;
  readonly expected: { readonly host: string; readonly causes: readonly string[] };
  /** Every failure in one line, for a person. */
  readonly said: readonly string[];
}

/** A healthy run; any failure that is no known quirk is a false accusation when it names somebody. */
export interface HealthyScore {
  readonly id: string;
  readonly family: string;
  readonly accused: readonly string[];
  /** Failures that name nobody: not accusations, and still not right. */
  readonly unnamed: readonly string[];
}

const SURENESS = ['unknown', 'likely', 'certain'] as const;
const isNamed = ({ blame }: JudgedFinding): boolean => blame !== null && blame.host !== 'unknown';
const sureness = ({ blame }: JudgedFinding): number => SURENESS.indexOf(blame?.confidence ?? 'unknown');

/** Failures of a path, without known quirks of its programs. */
const failuresOn = ({ findings }: RunRecord, id: string): readonly JudgedFinding[] =>
  findings.filter(({ path, outcome, expected }) => path === id && outcome === 'fail' && !expected);

const said = ({ auditId, scenario, blame, summary }: JudgedFinding): string =>
  `${auditId} in ${scenario}: ${blame?.host ?? 'unknown'} (${blame?.confidence ?? 'unknown'}, ${blame?.direction ?? 'no direction'}${
    blame?.config == null ? '' : `, ${blame.config.file}:${blame.config.line}`
  }): ${summary.slice(0, 400)}`;

/** What comes of packets that a link lost, held or made up: where a link is named, the finding about its packets says the cause. */
const EFFECTS: ReadonlySet<string> = new Set(['refused-upgrade', 'altered-response', 'idle-cutoff', 'unclean-close', 'lost-message']);

/**
 * Holds what was found on the path of a fault against the truth. One wrong name among right ones is wrong. The answer is the surest
 * failure that names somebody; of equally sure ones about a link the one about its packets, else the first; the cause and the direction are judged by it alone, the line by
 * whichever failure names the host.
 */
export function scoreFault(record: RunRecord, { id, family, path, truth }: Fault): Scored {
  if (truth === null) throw new TypeError('a healthy path is scored otherwise');
  const failures = failuresOn(record, id);
  const named = failures.filter(isNamed);
  const right = named.filter(({ blame }) => blame?.host === truth.host);
  const isEffect = ({ auditId, blame }: JudgedFinding): boolean =>
    EFFECTS.has(auditId) && path.links.some(({ name }) => name === blame?.host);
  const [answer] = named.toSorted((a, b) => sureness(b) - sureness(a) || Number(isEffect(a)) - Number(isEffect(b)));
  const host = named.length > right.length ? 'wrong' : right.length > 0 ? 'right' : failures.length > 0 ? 'unknown' : 'missed';
  const lines = right.flatMap(({ blame }) => blame?.config ?? []);
  const { line } = truth;
  const direction = answer?.blame?.direction ?? null;
  return {
    id,
    family,
    host,
    direction: host !== 'right' || truth.direction === null ? null : direction === truth.direction,
    cause: host === 'right' && answer !== undefined && truth.causes.includes(answer.auditId),
    line: host !== 'right' || line === null ? null : lines.some((one) => basename(one.file) === line.file && one.line === line.line),
    answer: answer?.auditId ?? failures[0]?.auditId ?? null,
    expected: { host: truth.host, causes: truth.causes },
    said: [
      ...failures.map(said),
      ...(failures.length > 0
        ? []
        : record.findings
            .filter(({ path, outcome }) => path === id && outcome === 'inconclusive')
            .map((one) => `not decided: ${said(one)}`)),
    ],
  };
}

export function scoreHealthy(record: RunRecord, { id, family }: Fault): HealthyScore {
  const failures = failuresOn(record, id);
  return {
    id,
    family,
    accused: failures.filter(isNamed).map(said),
    unnamed: failures.filter((finding) => !isNamed(finding)).map(said),
  };
}

export interface Totals {
  readonly faults: number;
  readonly rightHost: number;
  readonly wrongHost: number;
  readonly unknownHost: number;
  readonly rightCause: number;
  readonly rightDirection: number;
  readonly askedDirection: number;
  readonly rightLine: number;
  readonly askedLine: number;
  readonly healthy: number;
  readonly falseAccusations: number;
  readonly meetsTarget: boolean;
}

const MIN_RIGHT_HOST = 0.95;
const MIN_RIGHT_CAUSE = 0.9;

/** A cause counts as right only with the line, where one was asked for. */
export function totalsOf(faults: readonly Scored[], healthy: readonly HealthyScore[]): Totals {
  const count = (fits: (one: Scored) => boolean): number => faults.filter(fits).length;
  const rightHost = count(({ host }) => host === 'right');
  const wrongHost = count(({ host }) => host === 'wrong');
  const rightCause = count(({ cause, line }) => cause && line !== false);
  const falseAccusations = healthy.filter(({ accused }) => accused.length > 0).length;
  const isEnough = faults.length === 0 || (rightHost / faults.length >= MIN_RIGHT_HOST && rightCause / faults.length >= MIN_RIGHT_CAUSE);
  return {
    faults: faults.length,
    rightHost,
    wrongHost,
    unknownHost: faults.length - rightHost - wrongHost,
    rightCause,
    rightDirection: count(({ direction }) => direction === true),
    askedDirection: count(({ direction }) => direction !== null),
    rightLine: count(({ line }) => line === true),
    askedLine: count(({ line }) => line !== null),
    healthy: healthy.length,
    falseAccusations,
    meetsTarget: isEnough && wrongHost === 0 && falseAccusations === 0,
  };
}
