import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { patchFileOf, type Remedy, REMEDY_STATUSES, shownRemedy } from '../model/remedy.ts';
import { type Fields, missingField } from './required-fields.ts';

/*
 * What was tried against the findings of a run, in its folder:
 *   remedies.json        all of them, with their outcome
 *   remedies/<...>.patch  the patch of each that is shown as a cure
 *   remedies/<number>/    a run folder for each trial
 */

const FILE = 'remedies.json';
const FORMAT = 1;
const FIELDS: Fields = { findingId: 'text', host: 'text', file: 'text', title: 'text', patch: 'text', because: 'text', source: 'text' };

/** What was tried against the findings of a run; empty where nothing was. Throws RUN_ERR_BAD_EVIDENCE for a file that is not ours. */
export async function readRemedies(folder: string): Promise<readonly Remedy[]> {
  const file = join(folder, FILE);
  if (!existsSync(file)) return [];
  const bad = (what: string, cause?: unknown): HarnessError => new HarnessError('RUN_ERR_BAD_EVIDENCE', what, { cause, place: { file } });
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw bad(`expected a JSON object: ${(cause as Error).message}`, cause);
  }
  const { format, remedies } = (value ?? {}) as { readonly format?: unknown; readonly remedies?: unknown };
  if (format !== FORMAT || !Array.isArray(remedies)) throw bad(`expected remedies of format ${FORMAT}`);
  return remedies.map((one: unknown, index) => {
    const wrong = typeof one === 'object' && one !== null ? wrongIn(one) : 'expected an object';
    if (wrong !== null) throw bad(`remedy ${index + 1}: ${wrong}`);
    return one as Remedy;
  });
}

function wrongIn(one: Partial<Remedy>): string | null {
  if (!REMEDY_STATUSES.some((status) => status === one.status)) return `expected status to be one of ${REMEDY_STATUSES.join(', ')}`;
  if (one.trial !== null && typeof one.trial !== 'string') return 'expected trial to be a text or null';
  return missingField(one, FIELDS);
}

/** Writes all remedies of a run, and a patch file for each that is shown. Throws RUN_ERR_CANNOT_WRITE. */
export function writeRemedies(folder: string, remedies: readonly Remedy[]): void {
  const shown = [...Map.groupBy(remedies, ({ findingId }) => findingId).values()].flatMap((own) => shownRemedy(own) ?? []);
  try {
    mkdirSync(join(folder, 'remedies'), { recursive: true });
    for (const one of remedies) rmSync(join(folder, patchFileOf(one)), { force: true });
    for (const one of shown) writeWhole(join(folder, patchFileOf(one)), one.patch);
    writeWhole(join(folder, FILE), `${JSON.stringify({ format: FORMAT, remedies }, null, 2)}\n`);
  } catch (cause) {
    const message = `expected to write ${join(folder, FILE)}, got ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`;
    throw new HarnessError('RUN_ERR_CANNOT_WRITE', message, { cause });
  }
}

/** Not in place: on a full disk the new text would be lost, and the old one with it. */
function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
