import { type ErrorCode, formatPlace, HarnessError, type SourcePlace } from '../errors.ts';

/** One thing that is wrong with a spec. */
export interface Problem {
  readonly code: ErrorCode;
  /** What was expected and what was seen. Contains text of the file: escape it. */
  readonly message: string;
  readonly place: SourcePlace;
}

/** More than this is noise: the first ones usually cause the rest. */
const MAX_PROBLEMS = 20;

/** Everything that is wrong with a spec, in the order of the file. Code and place are those of the first problem. */
export class SpecError extends HarnessError {
  readonly problems: readonly Problem[];
  /** Problems beyond the limit, which are counted and not kept. */
  readonly omitted: number;

  constructor(first: Problem, problems: readonly Problem[], omitted: number) {
    super(first.code, problems.length === 1 ? first.message : inOneMessage(problems, omitted), { place: first.place });
    this.name = 'SpecError';
    this.problems = problems;
    this.omitted = omitted;
  }
}

function inOneMessage(problems: readonly Problem[], omitted: number): string {
  const lines = problems.map(({ code, message, place }) => `${formatPlace(place)}: ${code}: ${message}`);
  const more = omitted === 0 ? [] : [`and ${String(omitted)} more`];
  return [`${String(problems.length + omitted)} problems in the spec`, ...lines, ...more].join('\n');
}

const order = (a: Problem, b: Problem): number =>
  (a.place.line ?? 0) - (b.place.line ?? 0) || (a.place.column ?? 0) - (b.place.column ?? 0);

/** Throws a SpecError when there is at least one problem. */
export function throwProblems(problems: readonly Problem[]): void {
  const sorted = [...problems].sort(order);
  const [first] = sorted;
  if (first === undefined) return;
  throw new SpecError(first, sorted.slice(0, MAX_PROBLEMS), Math.max(0, sorted.length - MAX_PROBLEMS));
}

/** Text of the user inside a message: short, in quotes. */
export const quoted = (text: string): string => `'${text.length <= 60 ? text : `${text.slice(0, 57)}...`}'`;
