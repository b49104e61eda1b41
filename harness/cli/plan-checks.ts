import { relative } from 'node:path';
import { HarnessError } from '../errors.ts';
import { matchesGlob } from '../gate/glob.ts';
import { isMeasured, type Path } from '../model/path.ts';
import type { ProxyService } from '../model/service.ts';
import type { Subject } from '../model/subject.ts';
import type { World } from '../model/world.ts';
import { suggestion } from '../spec/nearest.ts';
import { quoted, throwProblems } from '../spec/problem.ts';
import type { CheckedConfig, Spec } from '../spec/spec.ts';
import { entriesOf } from '../world/entries.ts';
import { readSubject } from '../world/read-subject.ts';
import { RunNames, subjectPaths } from '../world/subject-paths.ts';
import { servicesByName } from './drive-subjects.ts';
import { surroundingsOf } from './stand-up.ts';

/** A config under `check` of a spec, read: which paths its entries will be is known before any lab is. */
export interface PlannedCheck {
  readonly config: CheckedConfig;
  readonly subject: Subject;
  readonly service: ProxyService;
  /** Those of its entries, whose proxies have no world yet, and behind the first of the spec the control path of all. */
  readonly paths: readonly Path[];
}

/** Stands for the world that is made when the config is stood up. */
const NO_WORLD: World = {
  main: '',
  workingFolder: '/',
  env: {},
  files: [],
  users: [],
  addresses: [],
  ownPorts: [],
  names: {},
  unixOrigins: [],
  authTargets: [],
};

/** Names that the paths of a spec have taken already. */
export const namesBeside = ({ paths }: Pick<Spec, 'paths'>): RunNames =>
  new RunNames(paths.flatMap(({ id, proxies, links }) => [id, ...[...proxies, ...links].map(({ name }) => name)]));

/** The paths of one config, in the order of the spec; the same names give the same ids every time. */
export const plannedPaths = (subject: Subject, service: ProxyService, names: RunNames): readonly Path[] =>
  subjectPaths(subject, { world: NO_WORLD }, entriesOf(subject, surroundingsOf(service, subject)), names);

/**
 * Reads every config under `check`, finds its entries, and holds the patterns of the policy against them. Throws what readSubject and entriesOf throw,
 * CONFIG_ERR_UNREADABLE for a config without an entry, and a SpecError for patterns that match nothing.
 */
export async function planChecks(spec: Spec, workingFolder: string): Promise<readonly PlannedCheck[]> {
  const names = namesBeside(spec);
  const planned: PlannedCheck[] = [];
  for (const config of spec.checks) {
    const subject = await subjectOf(config, planned, workingFolder);
    const service = servicesByName.get(subject.service);
    if (service === undefined) throw new RangeError(`subject ${subject.id} has a known service`);
    const paths = plannedPaths(subject, service, names);
    if (paths.length === 0)
      throw new HarnessError('CONFIG_ERR_UNREADABLE', 'expected a config that listens for HTTP somewhere, found no entry in it', {
        place: { file: subject.label },
      });
    planned.push({ config, subject, service, paths });
  }
  const paths = [...spec.paths, ...planned.flatMap((one) => one.paths)];
  throwProblems(
    spec.openPatterns.filter(({ pattern, controlsToo }) => !matchesAny(pattern, paths, controlsToo)).map((one) => unmatched(one, paths)),
  );
  return planned;
}

async function subjectOf(config: CheckedConfig, others: readonly PlannedCheck[], workingFolder: string): Promise<Subject> {
  const { id, as, version, at, root, provide, env, urls, render } = config;
  const subject = await readSubject({
    ...{
      written: [relative(workingFolder, config.config) || '.'],
      workingFolder,
      service: as,
      version,
      at,
      root,
      provide,
      env,
      urls,
      render,
    },
    services: servicesByName,
  });
  // The same config may be there twice, at other addresses or in another version.
  const ids = new RunNames(others.map((one) => one.subject.id));
  return { ...subject, id: ids.take([id ?? subject.id]), ...(id === null ? {} : { pathPrefix: id }) };
}

const matchesAny = (pattern: string, paths: readonly Path[], controlsToo: boolean): boolean =>
  paths.some((path) => (controlsToo || isMeasured(path)) && matchesGlob(pattern, path.id));

function unmatched(
  { name, pattern, place, controlsToo }: Spec['openPatterns'][number],
  paths: readonly Path[],
): Parameters<typeof throwProblems>[0][number] {
  const ids = paths.filter((path) => controlsToo || isMeasured(path)).map(({ id }) => id);
  const message = `expected ${name} to match a path of this spec or an entry of its configs (${ids.slice(0, 10).join(', ')}), got ${quoted(pattern)}${suggestion(pattern, ids)}`;
  return { code: 'SPEC_ERR_UNKNOWN_NAME', message, place };
}
