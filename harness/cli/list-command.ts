import { scenarios } from '../../scenarios/index.ts';
import { audits } from '../audits/index.ts';
import { EXIT } from '../errors.ts';
import { groupedDigits } from '../measure/grouped-digits.ts';
import { Schedule } from '../measure/schedule.ts';
import { isControl, type Path } from '../model/path.ts';
import type { ListKind } from './list-kinds.ts';
import { say, sayJson } from './output.ts';
import { planChecks } from './plan-checks.ts';
import { loadMeantSpec } from './resolve-run.ts';
import { services } from './services.ts';
import { table } from './table.ts';

/** A list as a table and as data. */
interface Listing {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly json: readonly object[];
}

async function listPaths(spec: string | null): Promise<Listing> {
  const written = await loadMeantSpec(spec, process.cwd());
  const checks = await planChecks(written, process.cwd());
  const paths = [...written.paths, ...checks.flatMap((one) => one.paths)];
  const through = ({ proxies }: Path): string => proxies.map(({ configLabel }) => configLabel).join(', ') || '(no proxy)';
  const expected = ({ expect }: Path): string => expect.map(({ audit }) => audit).join(', ') || '-';
  const rows = paths.map((path) => [path.id, isControl(path) ? '(control)' : path.control, expected(path), through(path)]);
  return { head: ['path', 'compared with', 'expected', 'through'], rows, json: paths.map(withoutWorlds) };
}

/** Those of a list are not made yet. */
const withoutWorlds = (path: Path): Path => ({ ...path, proxies: path.proxies.map(({ world: _, ...proxy }) => proxy) });

async function listLoads(spec: string | null): Promise<Listing> {
  const { loads } = await loadMeantSpec(spec, process.cwd());
  const rows = Object.entries(loads).map(([name, profile]) => {
    const { loop, connections, messages, durationMs } = profile;
    const all = (stages: typeof connections): string => groupedDigits(new Schedule(stages).count);
    return [name, loop, all(connections), loop === 'open' ? all(messages) : 'as they echo', `${groupedDigits(durationMs)} ms`];
  });
  return {
    head: ['load', 'loop', 'connections', 'messages', 'traffic'],
    rows,
    json: Object.entries(loads).map(([name, profile]) => ({ name, ...profile })),
  };
}

function listScenarios(): Listing {
  const options = (defaults: object): string =>
    Object.entries(defaults)
      .map(([name, value]) => `${name}: ${String(value)}`)
      .join(', ');
  return {
    head: ['scenario', 'options and their defaults', 'title'],
    rows: scenarios.map(({ id, defaults, title }) => [id, options(defaults), title]),
    json: scenarios.map(({ id, title, about, defaults }) => ({ id, title, about, defaults })),
  };
}

const listAudits = (): Listing => ({
  head: ['audit', 'when it fails', 'requirement'],
  rows: audits.map(({ id, failureTitle, cite }) => [id, failureTitle, cite]),
  json: audits.map(({ id, title, failureTitle, cite, requires }) => ({ id, title, failureTitle, cite, requires })),
});

const listProxies = (): Listing => ({
  head: ['service', 'title', 'program', 'image'],
  rows: services.map(({ name, title, program, image }) => [
    name,
    title,
    program,
    image.official?.replace('{version}', image.defaultVersion) ?? 'none',
  ]),
  json: services.map(({ name, title, program, configName, image }) => ({ name, title, program, configName, image })),
});

async function listingOf(kind: ListKind, spec: string | null): Promise<Listing> {
  switch (kind) {
    case 'paths':
      return await listPaths(spec);
    case 'loads':
      return await listLoads(spec);
    case 'scenarios':
      return listScenarios();
    case 'audits':
      return listAudits();
    case 'proxies':
      return listProxies();
  }
}

/** `hopscope list`. `spec`: for paths and loads; null: the one that `run` would take. */
export async function listCommandLine(kind: ListKind, spec: string | null, json: boolean): Promise<number> {
  const { head, rows, json: data } = await listingOf(kind, spec);
  if (json) sayJson(data);
  else say(...table(head, rows));
  return EXIT.pass;
}
