import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeScratchDir, sessionName } from '../lab/session.ts';
import { behavioursOf } from '../compare/behaviour.ts';
import { fingerprintOf } from '../compare/fingerprint.ts';
import type { Candidate, CandidateRunner, TriedCandidate } from '../model/candidate.ts';
import type { Path } from '../model/path.ts';
import type { JudgedFinding } from '../model/record.ts';
import type { Policy } from '../model/policy.ts';
import type { ConfigTree } from '../model/surroundings.ts';
import { worst } from '../model/verdict.ts';
import { readRunFolder, RunFolder } from '../run/run-folder.ts';
import { planWorld } from '../world/plan-world.ts';
import { withTree } from '../world/with-tree.ts';
import { driveSubjects } from './drive-subjects.ts';
import { recordFrom } from './judge-folder.ts';
import { openLab } from './open-lab.ts';
import { packageRoot } from './package-root.ts';
import { silentProgress } from './progress.ts';
import { routingSeen } from './routing-seen.ts';
import { scaleTree } from './scale-subject.ts';
import { type StoodSubject, surroundingsOf, withWorld } from './stand-up.ts';

export interface CandidateGround {
  readonly stood: StoodSubject;
  /** Those of the subject that are driven, and its control path. */
  readonly paths: readonly Path[];
  readonly scenarios: readonly string[];
  readonly options?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly policy: Policy;
  readonly seed: number;
  /** By which the durations of every candidate are divided; 1: they run as they are. */
  readonly factor: number;
  readonly signal: AbortSignal;
}

/** Tries candidates of one subject: every batch in a lab of its own, brought up side by side, stimuli one after the other. */
export function openCandidateRunner(ground: CandidateGround): CandidateRunner {
  return new LabRunner(ground);
}

class LabRunner implements CandidateRunner {
  runs = 0;
  checks = 0;
  cached = 0;
  readonly #ground: CandidateGround;
  readonly #known = new Map<string, Omit<TriedCandidate, 'id'>>();
  readonly #dir = mkdtempSync(join(tmpdir(), 'hopscope-candidates-'));
  #batches = 0;

  constructor(ground: CandidateGround) {
    this.#ground = ground;
  }

  async try(candidates: readonly Candidate[]): Promise<readonly TriedCandidate[]> {
    const fresh = [...new Map(candidates.map(({ tree }) => [keyOf(tree), tree]))].filter(([key]) => !this.#known.has(key));
    this.cached += candidates.length - fresh.length;
    if (fresh.length > 0) {
      const tried = await this.#drive(fresh.map(([, tree]) => tree));
      for (const [index, [key]] of fresh.entries()) {
        const one = tried[index];
        if (one !== undefined) this.#known.set(key, one);
      }
    }
    const answers: TriedCandidate[] = [];
    for (const { id, tree } of candidates) {
      const known = this.#known.get(keyOf(tree));
      // After Ctrl-C a batch says nothing: answers end before the first that is not known.
      if (known === undefined) break;
      answers.push({ id, ...known });
    }
    return answers;
  }

  /** Whether it is read as listening where its entries are; its proxy is asked when it is tried, in the same lab as the others. */
  async check(candidates: readonly Candidate[]): Promise<readonly boolean[]> {
    this.checks += candidates.length;
    const { stood, paths } = this.#ground;
    const ports = paths.flatMap(({ proxies, port }) => (proxies.length === 0 ? [] : [port]));
    const listens = ({ tree }: Candidate): boolean => {
      const { listeners } = surroundingsOf(stood.service, withTree(stood.subject, tree));
      return ports.every((port) => listeners.some((listener) => listener.port === port));
    };
    return await Promise.resolve(candidates.map(listens));
  }

  async #drive(trees: readonly ConfigTree[]): Promise<readonly Omit<TriedCandidate, 'id'>[]> {
    const { stood, factor, policy, scenarios, seed, signal, options } = this.#ground;
    this.runs += trees.length;
    this.#batches += 1;
    const planned = await Promise.all(trees.map((tree, index) => pathsOf(this.#ground, tree, index)));
    const control = planned[0]?.find(({ proxies }) => proxies.length === 0);
    const subjects = planned.map((paths) => paths.filter(({ proxies }) => proxies.length > 0));
    const folder = new RunFolder(join(this.#dir, String(this.#batches)));
    const hostTrees = new Map(
      subjects.flatMap((paths, index) =>
        paths.flatMap(({ proxies }) => proxies.map(({ name }) => [name, trees[index] as ConfigTree] as const)),
      ),
    );
    try {
      await using opened = await openLab('netns', {
        packageRoot: packageRoot(),
        scratchDir: makeScratchDir(),
        evidenceDir: folder.dir,
        sessionId: sessionName(),
        congestionControl: 'reno',
        onProgress: () => undefined,
      });
      await driveSubjects(opened, {
        folder,
        specLabel: stood.subject.label,
        seed,
        scenarios,
        ...(options === undefined ? {} : { options }),
        paths: [...(control === undefined ? [] : [control]), ...subjects.flat()],
        trees: hostTrees,
        timeScale: { factor, isRealTime: false, originals: factor === 1 ? new Map() : originalsOf(subjects.flat()) },
        subjects: [],
        policy,
        isTrial: true,
        capture: 'off',
        progress: silentProgress,
        signal,
      });
    } finally {
      folder.close();
    }
    if (signal.aborted) return [];
    const saved = await readRunFolder(folder.dir);
    const record = recordFrom(saved);
    rmSync(folder.dir, { recursive: true, force: true });
    return subjects.map((paths) => outcomeOf(paths, saved, record));
  }

  [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#dir, { recursive: true, force: true });
    return Promise.resolve();
  }
}

const keyOf = ({ files }: ConfigTree): string => JSON.stringify([...files.values()].map(({ path, text }) => [path, text]));

/** Separates the id of a subject's path from the number of a candidate: no other id has it. */
const MARK = '.candidate-';

const originalsOf = (paths: readonly Path[]): ReadonlyMap<string, string> =>
  new Map(paths.flatMap(({ proxies }) => proxies.map(({ name, config }) => [name, config] as const)));

async function pathsOf({ stood, factor, paths }: CandidateGround, tree: ConfigTree, index: number): Promise<readonly Path[]> {
  const subject = withTree(stood.subject, scaleTree(stood.service, tree, factor).tree);
  const { world } = await planWorld(subject, surroundingsOf(stood.service, subject), stood.extra, stood.certificates);
  return withWorld(paths, world).map((path) => {
    if (path.proxies.length === 0) return path;
    const proxies = path.proxies.map((proxy) => ({ ...proxy, name: `${proxy.name}-c${index}` }));
    return { ...path, id: `${path.id}${MARK}${index}`, proxies };
  });
}

/** A copy's own number is no news to anybody. */
const withoutCopy = (words: string): string => words.replaceAll(/(proxy-\d+)-c\d+/g, '$1');

const asOfSubject = (finding: JudgedFinding): JudgedFinding => ({
  ...finding,
  path: plainId(finding.path),
  summary: withoutCopy(finding.summary),
});

const plainId = (id: string): string => id.split(MARK)[0] ?? id;

function outcomeOf(
  paths: readonly Path[],
  saved: Awaited<ReturnType<typeof readRunFolder>>,
  record: ReturnType<typeof recordFrom>,
): Omit<TriedCandidate, 'id'> {
  const ids = new Set(paths.map(({ id }) => id));
  const absence = saved.evidence.absences.find(({ path, what }) => ids.has(path) && what === 'path');
  if (absence !== undefined)
    return { status: 'rejected', because: withoutCopy(absence.because), findings: [], fingerprints: new Map(), verdict: 'error' };
  const findings = record.findings.filter(({ path }) => ids.has(path)).map(asOfSubject);
  const behaviours = behavioursOf(saved.evidence);
  const fingerprints = paths.map((path) => {
    const print = fingerprintOf({ ...saved.evidence, path, behaviours, findings: record.findings });
    const route = routingSeen(path, saved.evidence.proxyLogs);
    const routed = route === null ? print.behaviours : { ...print.behaviours, routing: { handshakes: route } };
    return [plainId(path.id), { ...print, behaviours: routed, path: plainId(path.id) }] as const;
  });
  const verdict = worst(record.cells.filter(({ path }) => ids.has(path)).map((cell) => cell.verdict));
  return { status: 'tried', because: '', findings, fingerprints: new Map(fingerprints), verdict };
}
