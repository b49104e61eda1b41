import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HarnessError, type SourcePlace } from '../errors.ts';
import { EVIDENCE_KINDS, type EvidenceByKind, type EvidenceKind, type Recorded } from '../model/evidence.ts';
import { RECORD_SCHEMA_VERSION } from '../model/record.ts';
import type { RunFacts } from '../model/run-facts.ts';
import { EVIDENCE_FIELDS, FACT_FIELDS, type Fields, missingField } from './required-fields.ts';

/*
 * The run folder is the border between what touches the network and what judges:
 *   run.json               what was run (RunFacts)
 *   evidence/<kind>.ndjson  what was recorded, one JSON value a line, append-only
 *   hosts/<host>.log        what each host's program printed
 *   configs/<host>/...      each proxy's config as it was started
 *   captures/<scenario>/<host>-<topology>.<device>.pcap  the packets at each end of each link
 */

const evidenceFile = (kind: EvidenceKind): string => `evidence/${kind}.ndjson`;

/** Writes a run folder. Every line is on disk before the next stimulus, so that a killed run keeps what it gathered. */
export class RunFolder {
  readonly dir: string;
  readonly #files = new Map<EvidenceKind, number>();

  /** Throws RUN_ERR_CANNOT_WRITE, and USAGE_ERR_BAD_FLAG for a folder that holds a run: evidence is never mixed nor overwritten. */
  constructor(dir: string) {
    this.dir = dir;
    if (existsSync(join(dir, 'run.json')))
      throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected a new or empty folder for the run, but ${dir} holds a run`);
    guarded(dir, () => {
      for (const sub of ['evidence', 'hosts', 'configs']) makeFolder(join(dir, sub));
    });
  }

  append<K extends EvidenceKind>(kind: K, value: EvidenceByKind[K]): void {
    const path = join(this.dir, evidenceFile(kind));
    guarded(path, () => {
      const fd = this.#files.get(kind) ?? openSync(path, 'a');
      this.#files.set(kind, fd);
      const line = Buffer.from(`${JSON.stringify(value)}\n`);
      // A disk that fills up takes a part first, without an error.
      for (let done = 0; done < line.length; ) done += writeSync(fd, line, done);
    });
  }

  writeFacts(facts: RunFacts): void {
    this.write('run.json', `${JSON.stringify(facts, null, 2)}\n`);
  }

  write(name: string, text: string): void {
    const path = join(this.dir, name);
    // Not in place: on a full disk the new text would be lost, and the old one with it.
    guarded(path, () => {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    });
  }

  hostLog(host: string): string {
    return join(this.dir, 'hosts', `${host}.log`);
  }

  close(): void {
    for (const fd of this.#files.values()) closeSync(fd);
    this.#files.clear();
  }
}

/**
 * Makes a folder and those above it. Not `mkdir` with `recursive`: where a folder cannot be made (below /proc) it tries for ever.
 * Throws what the file system says.
 */
export function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  makeFolder(dirname(dir));
  mkdirSync(dir);
}

function guarded(path: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new HarnessError('RUN_ERR_CANNOT_WRITE', `expected to write ${path}, got ${code}`, { cause });
  }
}

export type EvidenceSet = { readonly [K in EvidenceKind]: readonly Recorded<EvidenceByKind[K]>[] };

/** Reads a saved run. Throws RUN_ERR_NO_FOLDER, RUN_ERR_BAD_EVIDENCE (with file and line). A cut last line is left out: the run was killed. */
export async function readRunFolder(dir: string): Promise<{ readonly facts: RunFacts; readonly evidence: EvidenceSet }> {
  const factsText = await readFile(join(dir, 'run.json'), 'utf8').catch((cause: unknown) => {
    throw new HarnessError('RUN_ERR_NO_FOLDER', `expected a run folder with a run.json, saw none in ${dir}`, { cause });
  });
  const facts = parseFacts(factsText, join(dir, 'run.json'));
  const lists = await Promise.all(EVIDENCE_KINDS.map(async (kind) => [kind, await readEvidence(dir, kind)] as const));
  return { facts, evidence: Object.fromEntries(lists) as unknown as EvidenceSet };
}

async function readEvidence<K extends EvidenceKind>(dir: string, kind: K): Promise<readonly Recorded<EvidenceByKind[K]>[]> {
  const file = evidenceFile(kind);
  const text = await readFile(join(dir, file), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const complete = lines.slice(0, -1);
  return complete.map((line, index) => ({
    ...parseLine<EvidenceByKind[K]>(line, EVIDENCE_FIELDS[kind], { file: join(dir, file), line: index + 1 }),
    ref: { file, line: index + 1 },
  }));
}

const majorOf = (version: string): string => version.split('.')[0] ?? '';

function parseFacts(text: string, file: string): RunFacts {
  const facts = parseLine<RunFacts>(text, FACT_FIELDS, { file });
  if (majorOf(facts.schemaVersion) === majorOf(RECORD_SCHEMA_VERSION)) return facts;
  const message = `expected a run of format ${majorOf(RECORD_SCHEMA_VERSION)}, got format ${facts.schemaVersion.slice(0, 20)}`;
  throw new HarnessError('RUN_ERR_BAD_EVIDENCE', message, { place: { file } });
}

function parseLine<T extends object>(text: string, fields: Fields, place: SourcePlace): T {
  const value = parseObject(text, place);
  const wrong = missingField(value, fields);
  if (wrong !== null) throw new HarnessError('RUN_ERR_BAD_EVIDENCE', wrong, { place });
  return value as T;
}

function parseObject(text: string, place: SourcePlace): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('not a JSON object');
    return value;
  } catch (cause) {
    throw new HarnessError('RUN_ERR_BAD_EVIDENCE', `expected a JSON object: ${(cause as Error).message}`, { cause, place });
  }
}
