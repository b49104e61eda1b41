import { readFileSync } from 'node:fs';
import { orderedJson } from '../../reports/json/ordered-json.ts';
import { terminalText } from '../../reports/terminal/escape.ts';
import { behavioursOf } from '../compare/behaviour.ts';
import { diffFingerprints } from '../compare/fingerprint-diff.ts';
import { fingerprintOf } from '../compare/fingerprint.ts';
import { EXIT, HarnessError } from '../errors.ts';
import { FINGERPRINT_VERSION, type Fingerprint, type FingerprintDiff } from '../model/fingerprint.ts';
import { isControl } from '../model/path.ts';
import { readRunFolder } from '../run/run-folder.ts';
import { selectNames } from '../spec/select.ts';
import { recordFrom } from './judge-folder.ts';
import { say, sayJson } from './output.ts';
import { writeText } from './write-text.ts';

export interface FingerprintOptions {
  readonly folder: string;
  /** Pattern of path ids that matches exactly one subject; null where the run has only one. */
  readonly path: string | null;
  /** File to write; null: standard output. */
  readonly out: string | null;
}

/** `hopscope fingerprint`: how one path of a saved run behaves, as JSON that is the same each time it behaves the same. */
export async function fingerprintCommandLine({ folder, path: pattern, out }: FingerprintOptions): Promise<number> {
  const text = orderedJson(await fingerprintIn(folder, pattern), ['fingerprint', 'path', 'subjects']);
  if (out === null) say(text.trimEnd());
  else writeText(out, text);
  return EXIT.pass;
}

async function fingerprintIn(folder: string, pattern: string | null): Promise<Fingerprint> {
  const saved = await readRunFolder(folder);
  const subjects = saved.facts.paths.filter((path) => !isControl(path));
  const ids = subjects.map(({ id }) => id);
  const meant = pattern === null ? ids : selectNames(ids, [pattern], 'path');
  const path = subjects.find(({ id }) => id === meant[0]);
  if (path === undefined || meant.length !== 1)
    throw new HarnessError(
      'SPEC_ERR_NOTHING_SELECTED',
      `expected --path to name one path of ${folder} (${ids.slice(0, 12).join(', ')}${ids.length > 12 ? ', ...' : ''}), got ${meant.length}`,
    );
  const { findings } = recordFrom(saved);
  const { hosts, handshakes, idles, ladders } = saved.evidence;
  return fingerprintOf({ path, hosts, handshakes, idles, ladders, behaviours: behavioursOf(saved.evidence), findings });
}

/** `hopscope fingerprint diff`: exit code 0 when the two behave alike, 1 when not. Throws RUN_ERR_BAD_EVIDENCE for a file that is none. */
export function fingerprintDiffCommandLine(before: string, after: string, json: boolean): number {
  const diff = diffFingerprints(readFingerprint(before), readFingerprint(after));
  if (json) sayJson(diff);
  else say(...diffLines(diff).map(terminalText));
  return diff.differences.length === 0 ? EXIT.pass : EXIT.fail;
}

function diffLines({ before, after, differences, compared, incomparable }: FingerprintDiff): readonly string[] {
  const verdict =
    differences.length === 0
      ? `${before} and ${after} behave alike in all ${compared} things that were compared`
      : `${before} and ${after} differ in ${differences.length} of ${compared} things that were compared`;
  const not = incomparable.length === 0 ? [] : [`not compared, because only one of the two has it: ${incomparable.join(', ')}`];
  return [verdict, ...differences.flatMap(differenceLines), ...not];
}

const differenceLines = ({ area, what, before, after }: FingerprintDiff['differences'][number]): readonly string[] => [
  `  ${area}: ${what}`,
  ...(before === null ? [] : [`    - ${before}`]),
  ...(after === null ? [] : [`    + ${after}`]),
];

function readFingerprint(file: string): Fingerprint {
  const text = readText(file);
  const value = parsed(text, file);
  if (!isFingerprint(value))
    throw new HarnessError(
      'RUN_ERR_BAD_EVIDENCE',
      `expected a fingerprint of version ${FINGERPRINT_VERSION} as \`hopscope fingerprint\` writes it, got something else`,
      { place: { file } },
    );
  return value;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new HarnessError('RUN_ERR_NO_FOLDER', `expected a fingerprint in ${file}, got ${code}`, { cause });
  }
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HarnessError('RUN_ERR_BAD_EVIDENCE', `expected JSON, got ${(cause as Error).message.slice(0, 200)}`, {
      cause,
      place: { file },
    });
  }
}

function isFingerprint(value: unknown): value is Fingerprint {
  if (typeof value !== 'object' || value === null) return false;
  const { fingerprint, path, subjects, headers, behaviours, limitsMs, measures } = value as Record<string, unknown>;
  const isMap = (one: unknown): boolean => typeof one === 'object' && one !== null && !Array.isArray(one);
  const lists = headers as { readonly request?: unknown; readonly response?: unknown } | null | undefined;
  return (
    fingerprint === FINGERPRINT_VERSION &&
    typeof path === 'string' &&
    Array.isArray(subjects) &&
    [behaviours, limitsMs, measures, headers].every(isMap) &&
    Object.values(behaviours as object).every(isMap) &&
    Array.isArray(lists?.request) &&
    Array.isArray(lists.response)
  );
}
