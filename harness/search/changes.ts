import type { TriedCandidate } from '../model/candidate.ts';
import type { Fingerprint, FingerprintDifference } from '../model/fingerprint.ts';
import type { JudgedFinding } from '../model/record.ts';
import type { BehaviouralChange } from '../model/search-results.ts';
import { limitOf, limitWords, showsDifference } from './difference-shown.ts';
import { isSame, sameFinding, sameRefusal } from './same-finding.ts';

/** What two configs do, compared. */
export interface Changes {
  readonly changes: readonly BehaviouralChange[];
  /** Findings that both have. */
  readonly same: readonly JudgedFinding[];
}

/** Differences of the fingerprints of each path id, as `diffFingerprints` finds them. */
export type FingerprintDifferences = ReadonlyMap<string, readonly FingerprintDifference[]>;

/**
 * What `after` does that `before` did not: findings that are new or gone, and other behaviour. Worse: a failing finding that was not
 * there, a limit that got shorter, something that opened or was answered and is no longer. Better: the opposite. Everything else is only
 * different. Only findings that fail count: what could not be judged is no behaviour.
 */
export function changesOf(before: TriedCandidate, after: TriedCandidate, differences: FingerprintDifferences): Changes {
  if (before.status === 'rejected' || after.status === 'rejected') return { changes: startChange(before, after), same: [] };
  const [was, is] = [failing(before), failing(after)];
  const appeared = unlike(is.filter((one) => !was.some((other) => isSame(one, other))));
  const gone = unlike(was.filter((one) => !is.some((other) => isSame(one, other))));
  const other = [...differences].flatMap(([path, list]) =>
    list.map((difference) => fingerprintChange(path, difference, before.fingerprints.get(path), after.fingerprints.get(path))),
  );
  return {
    changes: [...appeared.map(appearedFinding), ...gone.map(goneFinding), ...other],
    same: unlike(is.filter((one) => was.some((before) => isSame(one, before)))),
  };
}

const failing = ({ findings }: TriedCandidate): readonly JudgedFinding[] => findings.filter(({ outcome }) => outcome === 'fail');

/** One of each kind: a finding of each of many cases is one change. */
const unlike = (findings: readonly JudgedFinding[]): readonly JudgedFinding[] =>
  findings.filter((one, index) => findings.findIndex((other) => isSame(one, other) && isSame(other, one)) === index);

function startChange(before: TriedCandidate, after: TriedCandidate): readonly BehaviouralChange[] {
  const [was, is] = [before, after].map(({ status, because }) => (status === 'rejected' ? because : null));
  if (was === is || was === undefined || is === undefined) return [];
  return [
    {
      id: 'start',
      path: null,
      area: 'start',
      what: 'whether the proxy takes the config',
      before: was === null ? 'it starts' : `it is refused: ${was}`,
      after: is === null ? 'it starts' : `it is refused: ${is}`,
      isWorse: was === null ? true : is === null ? false : null,
      shows: is === null ? ({ status }) => status === 'tried' : sameRefusal({ because: is }),
    },
  ];
}

const findingChange = ({ auditId, scenario, path, id }: JudgedFinding): Pick<BehaviouralChange, 'id' | 'path' | 'area' | 'what'> => ({
  id: `finding:${id}`,
  path,
  area: 'finding',
  what: `${auditId} in ${scenario}`,
});

/** A finding that is excused is no harm. */
const appearedFinding = (finding: JudgedFinding): BehaviouralChange => ({
  ...findingChange(finding),
  before: null,
  after: finding.summary,
  isWorse: finding.expected ? null : true,
  shows: sameFinding(finding),
});

const goneFinding = (finding: JudgedFinding): BehaviouralChange => ({
  ...findingChange(finding),
  before: finding.summary,
  after: null,
  isWorse: finding.expected ? null : false,
  shows: (tried) => tried.status === 'tried' && !sameFinding(finding)(tried),
});

function fingerprintChange(
  path: string,
  difference: FingerprintDifference,
  was: Fingerprint | undefined,
  is: Fingerprint | undefined,
): BehaviouralChange {
  const { area, what, before, after } = difference;
  const isLimit = area === 'limits';
  return {
    id: `${area}:${path}:${what}:${before ?? ''}:${after ?? ''}`,
    path,
    area,
    what,
    before: isLimit ? limitWords(limitOf(was, what)) : before,
    after: isLimit ? limitWords(limitOf(is, what)) : after,
    isWorse: isLimit ? isShorter(limitOf(was, what), limitOf(is, what)) : isWorseLabel(difference),
    shows: (tried) => showsDifference(tried.fingerprints.get(path), difference, was, is),
  };
}

/** Null in a fingerprint: none in the watch. */
function isShorter(was: number | null | undefined, is: number | null | undefined): boolean | null {
  if (was === undefined || is === undefined || was === is) return null;
  return (is ?? Infinity) < (was ?? Infinity);
}

/** Labels of cases, best first; those of one rank cannot be told apart. */
const RANKS: readonly RegExp[] = [
  /^(?:101(?!.*(?:no echo|nothing|cut|changed))|2\d\d$|held$|all sockets live(?!.*fail)|no limit reached)/,
  /^(?:101|2\d\d|some sockets live|all sockets live|held, but|cut by)/,
  /^(?:[345]\d\d|no |wrong-accept|malformed-response|closed|reset|timeout|connect-failed)/,
];

function isWorseLabel({ area, before, after }: FingerprintDifference): boolean | null {
  if (area === 'headers' || area === 'measures' || before === null || after === null) return null;
  const [was, is] = [before, after].map((label) => RANKS.findIndex((rank) => rank.test(label)));
  if (was === undefined || is === undefined || was < 0 || is < 0 || was === is) return null;
  return is > was;
}
