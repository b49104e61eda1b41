import { limitsOfMode } from '../measure/limits-of-mode.ts';
import type { Path } from '../model/path.ts';
import type { ConfigLine, ProxyService } from '../model/service.ts';
import type { ConfigFile, ConfigTree } from '../model/surroundings.ts';
import type { TimeScale } from '../run/time-scale.ts';
import { linesOfTree } from '../run/tree-lines.ts';
import { planWorld } from '../world/plan-world.ts';
import { withTree } from '../world/with-tree.ts';
import { type StoodSubject, withWorld } from './stand-up.ts';

/** The paths of a subject whose durations are divided in a copy, and how. */
export interface ScaledSubject {
  readonly paths: readonly Path[];
  /** Of the config as it is, by host name: findings point into it. */
  readonly trees: ReadonlyMap<string, ConfigTree>;
  readonly timeScale: TimeScale;
  readonly note: string | null;
}

/** An idle limit should be over in about this time. */
const WANTED_IDLE_MS = 2000;
/** What ends a handshake must leave it time, on a busy machine too. */
const LEAST_MS = 150;
/** What only an unanswered connection to the origin runs into, and every other duration. */
const LEAST_INNER_MS = 20;

/**
 * By what the durations of a config are divided: so that the lowest idle limit takes about two seconds, and no other one becomes so short that it ends what it
 * would not end in production.
 */
export function factorFor(lines: readonly ConfigLine[], idleMs: number | null): number {
  if (idleMs === null) return 1;
  const most = lines.flatMap(({ symptom, limitMs, modes = [] }) =>
    symptom === 'limits-time' && limitMs !== undefined && limitMs > 0 ? [limitMs / (modes.length === 0 ? LEAST_INNER_MS : LEAST_MS)] : [],
  );
  return Math.max(1, Math.floor(Math.min(idleMs / WANTED_IDLE_MS, ...most)));
}

/** The same for a subject that stands: by the lowest idle limit at its entries, or at those alone that the config says are for WebSockets. */
export function factorOf({ subject, service, entries }: StoodSubject): number {
  const lines = linesOfTree(service, subject.tree);
  const declared = entries.filter(({ kind }) => kind === 'declared');
  const idle = (declared.length > 0 ? declared : entries).flatMap((entry) =>
    limitsOfMode(
      'idle',
      linesOfTree(service, subject.tree, entry).map((line) => ({ host: '', line })),
      { target: entry.target, hosts: [''] },
    ).map(({ limitMs }) => limitMs),
  );
  return factorFor(lines, idle.length === 0 ? null : Math.min(...idle));
}

/** A copy of the subject with divided durations, where its service can divide them. `controls`: the control path of the run. */
export async function scaleSubject(stood: StoodSubject, controls: readonly Path[]): Promise<ScaledSubject> {
  const { subject, service, extra, surroundings, certificates, paths: own } = stood;
  const factor = factorOf(stood);
  const { tree, notes } = scaleTree(service, subject.tree, factor);
  const { world } = await planWorld(withTree(subject, tree), surroundings, extra, certificates);
  const paths = [
    ...withWorld(
      own.filter(({ proxies }) => proxies.length > 0),
      world,
    ),
    ...controls,
  ];
  const proxies = paths.flatMap((path) => path.proxies);
  const originals = factor === 1 ? new Map<string, string>() : new Map(proxies.map(({ name, config }) => [name, config] as const));
  return {
    paths,
    trees: new Map(proxies.map(({ name }) => [name, subject.tree] as const)),
    timeScale: { factor, isRealTime: false, originals },
    note: factor === 1 ? null : noteOf(factor, notes),
  };
}

/** A config with its durations divided, lines where they were, and what could not be. */
export function scaleTree(
  service: ProxyService,
  tree: ConfigTree,
  factor: number,
): { readonly tree: ConfigTree; readonly notes: readonly string[] } {
  if (factor === 1) return { tree, notes: [] };
  if (service.scaleTree !== undefined) {
    const { files, notes } = service.scaleTree(tree, factor);
    return { tree: replaced(tree, files), notes };
  }
  const main = tree.files.get(tree.main);
  const scaled = main === undefined ? undefined : service.scaleDurations?.(main.text, factor);
  if (scaled === undefined) return { tree, notes: ['its language is not rewritten'] };
  return { tree: replaced(tree, new Map([[tree.main, scaled.text]])), notes: scaled.notes };
}

const replaced = (tree: ConfigTree, texts: ReadonlyMap<string, string>): ConfigTree => ({
  ...tree,
  files: new Map([...tree.files].map(([path, file]): [string, ConfigFile] => [path, { ...file, text: texts.get(path) ?? file.text }])),
});

const noteOf = (factor: number, notes: readonly string[]): string =>
  `Every duration that ends connections was divided by ${factor} in a copy of the config; limits are given as measured and multiplied back.${notes.length === 0 ? '' : ` Not scaled: ${notes.slice(0, 5).join('; ')}.`}`;
