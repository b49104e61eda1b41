import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { driveSubjects, servicesByName } from '../../harness/cli/drive-subjects.ts';
import { entrySeen } from '../../harness/cli/entry-seen.ts';
import { openLab } from '../../harness/cli/open-lab.ts';
import { silentProgress } from '../../harness/cli/progress.ts';
import { standUp, type StoodSubject } from '../../harness/cli/stand-up.ts';
import { seenIn } from '../../harness/cli/subject-facts.ts';
import { HarnessError } from '../../harness/errors.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import type { Path } from '../../harness/model/path.ts';
import type { Entry } from '../../harness/model/surroundings.ts';
import { type Verdict, worst } from '../../harness/model/verdict.ts';
import type { EntrySeen, Provision } from '../../harness/model/world.ts';
import { makeFolder, RunFolder } from '../../harness/run/run-folder.ts';
import { linesOfTree } from '../../harness/run/tree-lines.ts';
import { entriesOf } from '../../harness/world/entries.ts';
import { readSubject } from '../../harness/world/read-subject.ts';
import { RunNames, subjectPaths } from '../../harness/world/subject-paths.ts';
import { request } from '../unit/world/request.ts';

/** Configs by others with what really happens, which do not enter the project. */
export const CONFIGS = join(import.meta.dirname, '../../../shared/configs');
const ROOT = join(import.meta.dirname, '../..');

interface MetaEntry {
  readonly scheme: 'ws' | 'wss';
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly expect?: string;
}

export interface Meta {
  readonly id: string;
  readonly kind: string;
  readonly files: readonly { readonly local: string; readonly install: string }[];
  readonly start: { readonly env: Readonly<Record<string, string>> };
  readonly websocket_entry: MetaEntry;
  readonly extra_entries: readonly MetaEntry[];
  readonly label: {
    readonly verdict: 'ws_ok' | 'ws_ok_other_version' | 'ws_broken' | 'needs_input' | 'does_not_start';
    readonly handshake_status: number;
    readonly idle_limit_s: number | null;
  };
}

export const metas: readonly Meta[] = existsSync(CONFIGS)
  ? readdirSync(CONFIGS)
      .filter((name) => existsSync(join(CONFIGS, name, 'meta.json')))
      .map((name): Meta => JSON.parse(readFileSync(join(CONFIGS, name, 'meta.json'), 'utf8')))
  : [];

export interface SeenEntry {
  readonly entry: Entry;
  readonly seen: EntrySeen;
  /** Of its path, with everything that the scenario's audits say. */
  readonly verdict: Verdict;
}

/** What became of one config. */
export interface Checked {
  readonly meta: Meta;
  /** Null: it stood. */
  readonly refused: string | null;
  readonly note: string | null;
  readonly provisions: readonly Provision[];
  /** At the URLs of the label, its main one first. */
  readonly named: readonly SeenEntry[];
  /** At the first ones that were found in the config. */
  readonly found: readonly SeenEntry[];
  readonly standingMs: number;
}

/** Of those that are found in a config so many are driven besides the named ones. */
const MOST_FOUND = 1;

const urlOf = ({ scheme, host, port, path }: MetaEntry): string => `${scheme}://${host}:${String(port)}${path}`;

interface Stood {
  readonly meta: Meta;
  readonly one: StoodSubject;
  readonly named: readonly Path[];
  readonly found: readonly Path[];
  readonly standingMs: number;
}

/** Stands all of them up in one lab, and drives the opening handshake of every entry, all at once. */
export async function checkAll(wanted: readonly Meta[]): Promise<readonly Checked[]> {
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-real-'));
  const signal = new AbortController().signal;
  const names = new RunNames();
  const octets = Array.from({ length: 90 }, (_, index) => 160 + index).values();
  const folder = new RunFolder(join(dir, 'run'));
  const logs = join(dir, 'logs');
  makeFolder(logs);
  try {
    await using opened = await openLab('netns', {
      packageRoot: ROOT,
      scratchDir: makeScratchDir(),
      evidenceDir: folder.dir,
      sessionId: sessionName(),
      congestionControl: 'reno',
      onProgress: () => undefined,
    });
    const ground = { lab: opened.lab, logs, octets, names, signal, onProgress: () => undefined };
    const stood: (Stood | Checked)[] = [];
    for (const meta of wanted) stood.push(await stand(meta, join(dir, meta.id), ground));
    const up = stood.filter((one) => 'one' in one);
    const controls = up.flatMap(({ one }) => one.paths.filter(({ proxies }) => proxies.length === 0));
    const paths = up.flatMap(({ named, found }) => [...named, ...found]);
    await driveSubjects(opened, {
      folder,
      specLabel: 'real configs',
      seed: 1,
      scenarios: ['opening-handshake'],
      paths: [...paths, ...controls],
      trees: new Map(up.flatMap((each) => treesOf(each))),
      subjects: [],
      policy: { allow: [], inconclusive: 'refuse' },
      capture: 'off',
      progress: silentProgress,
      signal,
    });
    const run = await seenIn(folder.dir);
    const verdictOf = (path: string): Verdict => worst(run.record.cells.filter((cell) => cell.path === path).map(({ verdict }) => verdict));
    const at = ({ one: { service, subject } }: Stood, all: readonly Path[]): readonly SeenEntry[] =>
      all.flatMap(({ id, entry }) =>
        entry === undefined
          ? []
          : [{ entry, seen: entrySeen(id, run, null, linesOfTree(service, subject.tree, entry)), verdict: verdictOf(id) }],
      );
    return stood.map((each): Checked => {
      if (!('one' in each)) return each;
      const { meta, one, standingMs } = each;
      return {
        meta,
        refused: null,
        note: one.note,
        provisions: one.planned.provisions,
        named: at(each, each.named),
        found: at(each, each.found),
        standingMs,
      };
    });
  } finally {
    folder.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

const treesOf = ({ one, named, found }: Stood) =>
  [...named, ...found].flatMap(({ proxies }) => proxies.map(({ name }) => [name, one.subject.tree] as const));

async function stand(meta: Meta, root: string, ground: Parameters<typeof standUp>[2]): Promise<Stood | Checked> {
  for (const { local, install } of meta.files) {
    mkdirSync(dirname(join(root, install)), { recursive: true });
    copyFileSync(join(CONFIGS, meta.id, local), join(root, install));
  }
  const startedAt = performance.now();
  const main = meta.files[0]?.install.slice(1) ?? '';
  const read = await readSubject(request({ written: [main], workingFolder: root, root: '.', env: meta.start.env }));
  const service = servicesByName.get(read.service);
  if (service === undefined) throw new RangeError(`${meta.id} is a config of a known service`);
  try {
    const one = await standUp({ ...read, id: meta.id }, service, ground);
    const standingMs = Math.round(performance.now() - startedAt);
    const urls = [meta.websocket_entry, ...meta.extra_entries].map(urlOf);
    const named = subjectPaths(one.subject, one.planned, entriesOf({ ...one.subject, urls }, one.surroundings), ground.names);
    return { meta, one, named, found: one.paths.filter(({ proxies }) => proxies.length > 0).slice(0, MOST_FOUND), standingMs };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return {
      meta,
      refused: error.message,
      note: null,
      provisions: [],
      named: [],
      found: [],
      standingMs: Math.round(performance.now() - startedAt),
    };
  }
}
