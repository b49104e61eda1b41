import type { Blame } from '../../harness/model/finding.ts';
import { DIRECTION_WORDS } from '../blame-words.ts';
import { claimOf } from '../claim.ts';
import type { Problem } from '../problems.ts';
import type { RepositoryPlace } from '../repository-place.ts';
import { sarifText, sarifUri } from './sarif-text.ts';

/** The root of the repository, which every relative URI is relative to. */
export const ROOT_ID = '%SRCROOT%';

const SNIPPET_LIMIT = 500;

/** A problem with a file to show it at. */
export interface PlacedProblem {
  readonly problem: Problem;
  readonly place: RepositoryPlace;
  readonly fingerprint: string;
}

/** One result. Only its first location is read by code scanning, and one without a file makes it refuse the whole upload, so each has one. */
export function resultOf({ problem, place, fingerprint }: PlacedProblem, ruleIndex: number): object {
  const { level, rule, finding, lines } = problem;
  const blame = finding?.blame ?? null;
  const [first = '', ...rest] = lines;
  return {
    ruleId: sarifText(rule, 255),
    ruleIndex,
    level,
    message: { text: sarifText([titled(problem, first), ...rest].join('\n')) },
    locations: [{ ...physical(problem, place), logicalLocations: [logicalOf(problem)] }],
    partialFingerprints: { primaryLocationLineHash: `${fingerprint}:1` },
    ...(blame?.config && place.line !== null ? { codeFlows: [chainOf(problem, blame, place)] } : {}),
    properties: {
      path: sarifText(problem.path ?? '', 255),
      scenario: sarifText(problem.scenario ?? '', 255),
      ...(blame === null ? {} : { blamedHost: sarifText(blame.host, 255), confidence: blame.confidence }),
    },
  };
}

const titled = ({ path, scenario }: Problem, sentence: string): string =>
  path === null ? sentence : `${path}${scenario === null ? '' : ` (${scenario})`}: ${sentence}`;

function physical({ finding }: Problem, { file, line, column }: RepositoryPlace): object {
  const text = finding?.blame?.config?.text;
  const snippet = text === undefined ? {} : { snippet: { text: sarifText(text, SNIPPET_LIMIT) } };
  const region = line === null ? {} : { region: { startLine: line, ...(column === null ? {} : { startColumn: column }), ...snippet } };
  return { physicalLocation: { artifactLocation: { uri: sarifUri(file), uriBaseId: ROOT_ID }, ...region } };
}

function logicalOf({ path, finding }: Problem): object {
  const host = finding?.blame?.host;
  const names = [path ?? 'run', ...(host === undefined || host === 'unknown' ? [] : [host])].map((name) => sarifText(name, 255));
  return { name: names.at(-1), fullyQualifiedName: names.join('/'), kind: 'module' };
}

/** From what was seen on a leg, over the host that did it, to the line that made it. */
function chainOf(problem: Problem, blame: Blame, place: RepositoryPlace): object {
  const leg =
    blame.leg === null
      ? []
      : [`leg ${blame.leg}${blame.direction === null ? '' : `, ${DIRECTION_WORDS[blame.direction]}`}: ${blame.because}`];
  const claim = problem.finding === undefined ? '' : claimOf(problem.finding).text;
  const steps = [
    ...leg,
    `${blame.host} (${blame.confidence}): ${claim}`,
    `${blame.config?.text ?? ''}: ${blame.config?.explanation ?? ''}`,
  ];
  return {
    threadFlows: [
      {
        locations: steps.map((text, index) => ({
          executionOrder: index + 1,
          location: { ...physical(problem, place), logicalLocations: [logicalOf(problem)], message: { text: sarifText(text, 1000) } },
        })),
      },
    ],
  };
}
