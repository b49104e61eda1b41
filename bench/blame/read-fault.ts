import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { ProxyHost } from '../../harness/model/path.ts';
import type { Direction } from '../../harness/model/impairment.ts';
import { suggestion } from '../../harness/spec/nearest.ts';
import { quoted, throwProblems } from '../../harness/spec/problem.ts';
import { ORIGIN_PORT, readPath, type DeclaredPath } from '../../harness/spec/read-path.ts';
import { SpecDocument } from '../../harness/spec/spec-document.ts';
import { choiceOf, SpecMap } from '../../harness/spec/spec-map.ts';
import type { Vocabulary } from '../../harness/spec/spec.ts';
import { edited, readConfigText, writeEdited, type Edit } from './edit-config.ts';
import type { Fault, Truth } from './fault.ts';

export interface ReadContext {
  readonly vocabulary: Vocabulary;
  readonly packageRoot: string;
  readonly workingFolder: string;
  /** Edited configs are written below it; below the package, for a Node proxy finds its packages from where it stands. */
  readonly scratch: string;
}

/** What runs where a fault does not say. */
const DEFAULT_SCENARIOS = ['opening-handshake', 'idle-hold'];
const OWN_KEYS = ['scenarios', 'truth'] as const;
const TRUTH_KEYS = ['host', 'direction', 'causes', 'line'] as const;
const MAX_EDITS = 20;
const MAX_CAUSES = 10;
const DIRECTIONS = ['to-origin', 'to-client'] as const satisfies readonly Direction[];
const LINE = /^([^/:]+):(\d+)$/;

/**
 * Reads one file of the bench. Throws a SpecError that lists everything that is wrong, each with file, line and column. Writes the
 * edited configs.
 */
export function readFault(file: string, context: ReadContext): Fault {
  const label = relative(context.workingFolder, file);
  const document = new SpecDocument(readFileSync(file, 'utf8'), label);
  const folders = { spec: dirname(file), package: context.packageRoot, working: context.workingFolder };
  const item = { node: document.root, name: 'the fault' };
  const moreKeys = { path: OWN_KEYS, proxy: ['edit'] };
  const map = new SpecMap(document, item, null);
  const declared = readPath(document, item, { vocabulary: context.vocabulary, folders, moreKeys });
  const path = withEdits(map, declared, context);
  if (!map.has('about')) map.report('SPEC_ERR_WRONG_TYPE', "expected the fault to have the key 'about', got none");
  const known = context.vocabulary.scenarios.map(({ id }) => id);
  const scenarios = map.list('scenarios', known.length).flatMap((entry) => choiceOf(document, entry, known) ?? []);
  const truth = readTruth(map, path, context.vocabulary);
  throwProblems(document.problems);
  return {
    id: path.id,
    about: path.about,
    family: basename(dirname(file)),
    file: label,
    path,
    scenarios: scenarios.length === 0 ? DEFAULT_SCENARIOS : scenarios,
    truth,
  };
}

function withEdits(map: SpecMap, path: DeclaredPath, { scratch }: ReadContext): DeclaredPath {
  const items = map.list('proxies', path.proxies.length);
  const proxies = path.proxies.map((proxy, index) => {
    const entry = items[index];
    if (entry === undefined) return proxy;
    const next = path.proxies[index + 1];
    return editedProxy(new SpecMap(map.document, entry, null), proxy, {
      next: next === undefined ? `origin:${ORIGIN_PORT}` : `${next.name}:${next.port}`,
      folder: join(scratch, path.id, proxy.name),
    });
  });
  return { ...path, proxies };
}

function editedProxy(map: SpecMap, proxy: ProxyHost, at: { readonly next: string; readonly folder: string }): ProxyHost {
  if (!map.has('edit') || proxy.config === '') return proxy;
  const edits = map.list('edit', MAX_EDITS).map((entry): Edit => {
    const one = new SpecMap(map.document, entry, ['replace', 'with']);
    const long = { max: 4000 };
    // What is replaced by nothing is taken out.
    return { replace: one.text('replace', { ...long, required: true }) ?? '', with: one.has('with') ? textOf(one) : '' };
  });
  const result = edited(readConfigText(proxy.config), edits, at.next);
  if ('missing' in result) {
    map.report(
      'SPEC_ERR_WRONG_TYPE',
      `expected ${map.name}.edit to replace text of ${proxy.configLabel}, got ${quoted(result.missing)}, which is not in it`,
      'edit',
    );
    return proxy;
  }
  return { ...proxy, config: writeEdited(proxy.config, result.text, at.folder) };
}

const textOf = (map: SpecMap): string => map.text('with', { max: 4000 }) ?? '';

/** `none`, or a map. */
function readTruth(map: SpecMap, path: DeclaredPath, { audits }: Vocabulary): Truth | null {
  const { node } = map.item('truth');
  if (node === null) {
    map.report('SPEC_ERR_WRONG_TYPE', "expected the fault to have the key 'truth' (`none` when the path is healthy), got none");
    return null;
  }
  if (node !== null && 'value' in node && node.value === 'none') return null;
  const truth = map.map('truth', TRUTH_KEYS);
  const hosts = ['client', 'origin', ...path.proxies.map(({ name }) => name), ...path.links.map(({ name }) => name)];
  const written = truth.list('causes', MAX_CAUSES);
  if (written.length === 0)
    truth.report('SPEC_ERR_WRONG_TYPE', `expected ${truth.name}.causes to have at least one audit id, got none`, 'causes');
  const causes = written.flatMap((entry) => choiceOf(map.document, entry, audits) ?? []);
  return {
    host: hostOf(truth, path, hosts),
    direction: truth.choice('direction', DIRECTIONS),
    causes,
    line: lineOf(truth, path),
  };
}

/** By name, or by service where the path has only one of that. */
function hostOf(truth: SpecMap, path: DeclaredPath, hosts: readonly string[]): string {
  const written = truth.text('host', { required: true });
  if (written === null || hosts.includes(written)) return written ?? '';
  const [only, another] = path.proxies.filter(({ service }) => service === written);
  if (only !== undefined && another === undefined) return only.name;
  truth.report(
    'SPEC_ERR_UNKNOWN_NAME',
    `expected ${truth.name}.host to be one of ${hosts.join(', ')}, got ${quoted(written)}${suggestion(written, hosts)}`,
    'host',
  );
  return '';
}

function lineOf(truth: SpecMap, path: DeclaredPath): Truth['line'] {
  const written = truth.text('line', {
    pattern: LINE,
    shape: "the name of a config file without folders and a line, such as 'haproxy.cfg:12'",
  });
  const [, file, line] = LINE.exec(written ?? '') ?? [];
  if (file === undefined || line === undefined) return null;
  const config = path.proxies.find((proxy) => basename(proxy.config) === file)?.config;
  const lines = config === undefined ? 0 : readConfigText(config).split('\n').length;
  if (Number(line) > lines)
    truth.report(
      'SPEC_ERR_WRONG_TYPE',
      `expected ${truth.name}.line to name a config of the path and a line of it, got ${quoted(written ?? '')}`,
      'line',
    );
  return { file, line: Number(line) };
}
