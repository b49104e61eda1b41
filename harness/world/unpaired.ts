import { readFile } from 'node:fs/promises';
import type { ExpectedFile } from '../model/surroundings.ts';
import type { WorldFile } from '../model/world.ts';

/** Directives of one pair stand next to each other. */
const NEIGHBOURS = 3;
const MAX_PEM_BYTES = 1 << 20;

/**
 * Certificates that were given although their keys were not, and the other way round, by path, with why they are replaced: half a pair
 * starts no program. Repositories often have the certificate and, rightly, not the key.
 */
export async function unpaired(expected: readonly ExpectedFile[], given: readonly WorldFile[]): Promise<ReadonlyMap<string, string>> {
  const byPath = new Map(given.map((file) => [file.path, file]));
  const replaced = new Map<string, string>();
  const halves = expected.filter(({ kind }) => kind === 'certificate' || kind === 'key');
  for (const half of halves) {
    if (byPath.has(half.path)) continue;
    const other = nearest(half, halves);
    if (other !== null && byPath.has(other.path))
      replaced.set(other.path, `in place of the given one, whose ${half.kind === 'key' ? 'key' : 'certificate'} ${half.path} is not there`);
  }
  for (const { kind, path } of expected) {
    const file = byPath.get(path);
    if (kind !== 'bundle' || file === undefined || byPath.has(`${path}.key`)) continue;
    if ((await textOf(file)).includes('CERTIFICATE-----') && !(await textOf(file)).includes('PRIVATE KEY-----'))
      replaced.set(path, 'in place of the given one, which has no key');
  }
  return replaced;
}

function nearest(half: ExpectedFile, halves: readonly ExpectedFile[]): ExpectedFile | null {
  const distance = ({ place }: ExpectedFile): number => Math.abs(place.line - half.place.line);
  const near = halves.filter((one) => one.kind !== half.kind && one.place.file === half.place.file && distance(one) <= NEIGHBOURS);
  return near.toSorted((a, b) => distance(a) - distance(b))[0] ?? null;
}

async function textOf(file: WorldFile): Promise<string> {
  if (file.kind === 'text') return file.text;
  if (file.kind !== 'copy') return '';
  const bytes = await readFile(file.from).catch(() => Buffer.alloc(0));
  return bytes.subarray(0, MAX_PEM_BYTES).toString('latin1');
}
