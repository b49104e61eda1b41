import { HarnessError, type SourcePlace } from '../errors.ts';
import { BASELINE_VERSION, type Baseline } from '../model/baseline.ts';

/** More than this no run writes. */
export const MAX_BASELINE_BYTES = 10 << 20;

/**
 * Reads the text of a baseline file. Throws BASELINE_ERR_UNREADABLE for what is no JSON (with line and column), no baseline, or of a newer version.
 * `file` is what messages call it.
 */
export function readBaseline(text: string, file: string): Baseline {
  const value = parseJson(text, file);
  const version = isObject(value) ? value['baselineVersion'] : undefined;
  if (typeof version !== 'number') throw unreadable('expected a baseline with a number `baselineVersion`', shown(value), { file });
  if (version > BASELINE_VERSION)
    throw unreadable(`expected a baseline of version ${BASELINE_VERSION}`, `${version}, which a newer Hopscope wrote`, { file });
  const wrong = flawOf(value as Readonly<Record<string, unknown>>);
  if (wrong !== null) throw unreadable(wrong.expected, wrong.seen, { file });
  return value as object as Baseline;
}

const unreadable = (expected: string, seen: string, place: SourcePlace, cause?: unknown): HarnessError =>
  new HarnessError('BASELINE_ERR_UNREADABLE', `${expected}, got ${seen}`, { place, cause });

function parseJson(text: string, file: string): unknown {
  // Editors of another system put a mark before the text.
  const bare = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(bare) as unknown;
  } catch (cause) {
    const offset = offsetOf((cause as Error).message, bare);
    const before = bare.slice(0, offset).split('\n');
    const place = { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    const seen = offset >= bare.trimEnd().length ? 'the end of the file' : `'${bare[offset] ?? ''}'`;
    throw unreadable(
      'expected JSON',
      /^(?:<<<<<<<|=======|>>>>>>>)/m.test(bare) ? 'the marks of a merge that was not finished' : seen,
      place,
      cause,
    );
  }
}

/** Where V8 says that it stopped: `at position 12`; where it says nothing, the text ended too early. */
function offsetOf(message: string, text: string): number {
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  if (position !== undefined) return Number(position);
  const [, token] = /Unexpected token '(.)'/u.exec(message) ?? [];
  return token === undefined ? text.length : Math.max(0, text.indexOf(token));
}

interface Flaw {
  readonly expected: string;
  readonly seen: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string');
const isText = (value: unknown): boolean => typeof value === 'string';

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || Array.isArray(value)) return value === null ? 'null' : 'a list';
  return typeof value === 'object' ? 'an object without it' : `the ${typeof value} ${JSON.stringify(value)?.slice(0, 40) ?? ''}`;
}

function flawOf(value: Readonly<Record<string, unknown>>): Flaw | null {
  const paths = value['paths'];
  if (!isObject(paths)) return { expected: 'expected `paths` to be an object', seen: shown(paths) };
  for (const [id, path] of Object.entries(paths)) {
    const flaw = isObject(path) ? flawOfPath(path) : { expected: 'an object', seen: shown(path) };
    if (flaw !== null) return { expected: `expected \`paths.${id.slice(0, 60)}\` to have ${flaw.expected}`, seen: flaw.seen };
  }
  return null;
}

const isMeasure = (value: unknown): boolean =>
  isObject(value) &&
  Number.isFinite(value['value']) &&
  Number.isFinite(value['tolerancePercent']) &&
  ['ms', '%', 'count'].includes(String(value['unit']));

const isFinding = (value: unknown): boolean =>
  isObject(value) &&
  isText(value['audit']) &&
  isText(value['scenario']) &&
  isText(value['host']) &&
  (value['cases'] === undefined || isTexts(value['cases'])) &&
  (value['config'] === undefined || (isObject(value['config']) && isText(value['config']['file']) && isText(value['config']['text'])));

const isUnmet = (value: unknown): boolean =>
  isObject(value) && isText(value['audit']) && (value['scenario'] === null || isText(value['scenario']));

function flawOfPath({ findings, measures, thresholds, unmet }: Readonly<Record<string, unknown>>): Flaw | null {
  if (!Array.isArray(findings)) return { expected: 'a list `findings`', seen: shown(findings) };
  const odd = findings.findIndex((one) => !isFinding(one));
  if (odd >= 0) return { expected: `audit, scenario and host in \`findings[${odd}]\``, seen: shown(findings[odd]) };
  if (!isObject(measures)) return { expected: 'an object `measures`', seen: shown(measures) };
  const wrong = Object.entries(measures).find(([, one]) => !isMeasure(one));
  if (wrong !== undefined)
    return { expected: `value, unit and tolerancePercent in the measure ${wrong[0].slice(0, 60)}`, seen: shown(wrong[1]) };
  if (!isTexts(thresholds)) return { expected: 'a list of texts `thresholds`', seen: shown(thresholds) };
  return Array.isArray(unmet) && unmet.every(isUnmet) ? null : { expected: 'a list `unmet` of audit and scenario', seen: shown(unmet) };
}
